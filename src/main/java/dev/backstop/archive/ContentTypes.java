package dev.backstop.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MimeTypes;

/** What bytes look like, whatever name or header they come under. */
final class ContentTypes {

	/** What a browser may be told to show; a script in it would do no harm. */
	private static final Set<String> KEPT = Set.of("image/png", "image/jpeg", "image/webp", "image/gif", "image/heic",
			"image/heif", "image/tiff", "image/bmp", "video/mp4", "video/quicktime", "video/webm", "application/pdf");

	/** The type of what could be anything. */
	static final String ANYTHING = MediaType.OCTET_STREAM.toString();

	private static final Pattern MARKUP = Pattern.compile("text/.+|application/(.+\\+)?(xml|json)");

	private static final Pattern FILM_BRAND = Pattern.compile("iso[m2-9]|mp4[12]|avc1|dash|MSNV");

	/** The element of Matroska's head that says what the rest is. */
	private static final String WEBM = "\u0042\u0082\u0084webm";

	private static final int LONGEST_HEAD = 4096;

	private ContentTypes() {
	}

	/**
	 * What a file looks like.
	 * @param start up to 64 KB of it
	 * @return a type that is harmless to show, or {@code application/octet-stream}
	 * @throws FetchException.Failed if it is text, which is how errors and logins come
	 */
	static String of(byte[] start) throws FetchException.Failed {
		var type = refined(detected(start), start);
		if (MARKUP.matcher(type).matches()) {
			throw new FetchException.Failed("is %s, no image, video or document".formatted(type));
		}
		return KEPT.contains(type) ? type : ANYTHING;
	}

	private static String detected(byte[] start) {
		try {
			// neither a name nor a header is given, so that bytes alone decide
			return MimeTypes.getDefaultMimeTypes()
				.detect(new ByteArrayInputStream(start), new Metadata())
				.getBaseType()
				.toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Tika leaves it to parsers, which are not wanted here, to tell some apart. */
	private static String refined(String type, byte[] start) {
		return switch (type) {
			case "video/quicktime" -> film(head(start));
			case "video/x-m4v", "application/mp4" -> "video/mp4";
			case "application/x-matroska", "video/x-matroska" -> head(start).contains(WEBM) ? "video/webm" : ANYTHING;
			case "image/x-ms-bmp" -> "image/bmp";
			default -> type;
		};
	}

	private static String film(String head) {
		if (!head.startsWith("ftyp", 4)) {
			return "video/quicktime";
		}
		var brand = head.substring(8, Math.min(12, head.length()));
		if ("qt  ".equals(brand)) {
			return "video/quicktime";
		}
		return FILM_BRAND.matcher(brand).matches() ? "video/mp4" : ANYTHING;
	}

	private static String head(byte[] start) {
		return new String(start, 0, Math.min(start.length, LONGEST_HEAD), StandardCharsets.ISO_8859_1);
	}

}
