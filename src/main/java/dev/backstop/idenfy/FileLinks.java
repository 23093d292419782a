package dev.backstop.idenfy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

import dev.backstop.verification.FileLink;
import dev.backstop.verification.FileLink.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Reads the links to files, which webhooks and {@code /files} have in common.
 *
 * @see <a href="https://documentation.idenfy.com/kyc/data-retrieval">iDenfy: data
 * retrieval</a>
 */
final class FileLinks {

	/** Where links are: everything outside these is a copy that is going to disappear. */
	static final List<String> NAMES = List.of("fileUrls", "videoUrls", "additionalStepPdfUrls");

	private static final Duration LIFETIME = Duration.ofHours(1);

	private static final Pattern EXPIRES = Pattern.compile("[?&]Expires=(\\d{1,11})(?![^&#])");

	private static final Pattern SIGNED_AT = Pattern.compile("[?&]X-Amz-Date=(\\d{8}T\\d{6})Z(?![^&#])");

	private static final Pattern LIVES = Pattern.compile("[?&]X-Amz-Expires=(\\d{1,6})(?![^&#])");

	private static final Pattern TEMPORARY = Pattern.compile("[?&]X-Amz-Security-Token=", Pattern.CASE_INSENSITIVE);

	private static final DateTimeFormatter SIGNING_TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss");

	private FileLinks() {
	}

	/**
	 * All links in a webhook or an answer.
	 * @param now when it came, from which a link that does not tell its end is counted
	 */
	static List<FileLink> in(VendorObject vendor, Instant now) {
		var links = new LinkedHashMap<List<?>, FileLink>();
		for (var group : NAMES) {
			vendor.object(group).fields().forEach((name, url) -> {
				if (url instanceof String text) {
					var kind = kind(group, name);
					links.putIfAbsent(List.of(kind, name), new FileLink(name, kind, text, expiry(text, now)));
				}
			});
		}
		return List.copyOf(links.values());
	}

	private static Kind kind(String group, String name) {
		return switch (group) {
			case "videoUrls" -> Kind.VIDEO;
			case "additionalStepPdfUrls" -> Kind.DOCUMENT;
			// where older webhooks have the videos
			default -> name.endsWith("_VIDEO") ? Kind.VIDEO : Kind.IMAGE;
		};
	}

	/** When a link dies. */
	private static Instant expiry(String url, Instant now) {
		var documented = now.plus(LIFETIME);
		var stated = stated(url);
		if (stated == null) {
			return documented;
		}
		// the credentials that signed it may end long before the link says that it does
		return (stated.isAfter(documented) && TEMPORARY.matcher(url).find()) ? documented : stated;
	}

	private static @Nullable Instant stated(String url) {
		var epochSecond = find(EXPIRES, url);
		if (epochSecond != null) {
			return Instant.ofEpochSecond(Long.parseLong(epochSecond));
		}
		var signedAt = find(SIGNED_AT, url);
		var seconds = find(LIVES, url);
		if (signedAt != null && seconds != null) {
			try {
				return LocalDateTime.parse(signedAt, SIGNING_TIME)
					.toInstant(ZoneOffset.UTC)
					.plusSeconds(Long.parseLong(seconds));
			}
			catch (DateTimeParseException ex) {
				return null;
			}
		}
		return null;
	}

	private static @Nullable String find(Pattern pattern, String url) {
		var found = pattern.matcher(url);
		return found.find() ? found.group(1) : null;
	}

}
