package dev.backstop.idenfy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backstop.verification.FileLink;
import dev.backstop.verification.FileLink.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The files that fields of a document link to, such as answers of a questionnaire. A link
 * is whatever begins with {@code http://} or {@code https://}, wherever in a text, and is
 * signed in its query: it opens the file to anyone. In its place the document gets the
 * name of the file: the field, and a hash of the address without the query, so that one
 * file has one name in all webhooks.
 */
final class Attachments {

	// a whole address at a time, so that a long text is read once
	private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s\"<>]++", Pattern.CASE_INSENSITIVE);

	private static final Pattern SIGNATURE = Pattern.compile("[?&;](X-(Amz|Goog)-)?(Signature|Sig)=",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern FILM = Pattern.compile(".+\\.(mp4|mov|webm)");

	private static final int HASH_DIGITS = 12;

	private final Instant now;

	private final Map<String, FileLink> links = new LinkedHashMap<>();

	/**
	 * None so far.
	 * @param now when the document came
	 */
	Attachments(Instant now) {
		this.now = now;
	}

	/** Takes the links out of a document and leaves names in their place. */
	Map<String, @Nullable Object> takeFrom(Map<String, @Nullable Object> document) {
		var rest = new LinkedHashMap<String, @Nullable Object>();
		document.forEach((field, value) -> rest.put(field, takeFrom(field, value)));
		return rest;
	}

	private @Nullable Object takeFrom(String field, @Nullable Object value) {
		return switch (value) {
			case String text -> text.contains("://") ? takeFrom(field, text) : text;
			case List<?> list -> list.stream().map((element) -> takeFrom(field, element)).toList();
			case Map<?, ?> map -> {
				var rest = new LinkedHashMap<Object, @Nullable Object>();
				map.forEach((name, inner) -> rest.put(name, takeFrom(field, inner)));
				yield rest;
			}
			case null, default -> value;
		};
	}

	private String takeFrom(String field, String text) {
		return ADDRESS.matcher(text).replaceAll((address) -> {
			var url = address.group();
			return Matcher.quoteReplacement(SIGNATURE.matcher(url).find() ? keep(field, url) : url);
		});
	}

	private String keep(String field, String url) {
		var address = url.substring(0, url.indexOf('?'));
		var name = field + "_" + hash(address);
		var unused = name;
		for (int number = 2; isOfAnother(url, unused); number++) {
			unused = name + "_" + number;
		}
		this.links.put(unused, new FileLink(unused, kind(address), url, FileLinks.expiry(url, this.now), field));
		return unused;
	}

	private boolean isOfAnother(String url, String name) {
		var link = this.links.get(name);
		return link != null && !link.url().equals(url);
	}

	private static Kind kind(String address) {
		var lowerCase = address.toLowerCase(Locale.ROOT);
		if (lowerCase.endsWith(".pdf")) {
			return Kind.DOCUMENT;
		}
		return FILM.matcher(lowerCase).matches() ? Kind.VIDEO : Kind.IMAGE;
	}

	private static String hash(String address) {
		try {
			var digest = MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	List<FileLink> links() {
		return List.copyOf(this.links.values());
	}

}
