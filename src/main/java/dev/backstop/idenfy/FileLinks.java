package dev.backstop.idenfy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

	private final Instant now;

	/** The keys of all groups, which belong to their own first link. */
	private final Set<String> keys = new HashSet<>();

	/** What was read, of which another group may have a copy. */
	private final Set<List<?>> read = new HashSet<>();

	/** The highest number that was tried for a name. */
	private final Map<List<?>, Integer> numbers = new HashMap<>();

	private final Set<List<?>> used = new HashSet<>();

	private final List<FileLink> links = new ArrayList<>();

	private FileLinks(Instant now) {
		this.now = now;
	}

	/**
	 * All links in a webhook or an answer. Where a key has several, those after the first
	 * are numbered in their order, past the numbers that are keys themselves. What is no
	 * link stays in the place of one, so that it is refused with a reason.
	 * @param now when it came, from which a link that does not tell its end is counted
	 */
	static List<FileLink> in(VendorObject vendor, Instant now) {
		var links = new FileLinks(now);
		NAMES.forEach((group) -> links.keys.addAll(vendor.object(group).fields().keySet()));
		NAMES.forEach((group) -> links.read(group, vendor));
		return links.links;
	}

	private void read(String group, VendorObject vendor) {
		if (vendor.holdsObject(group)) {
			vendor.object(group).fields().forEach((key, value) -> read(kind(group, key), key, value));
		}
		else {
			read(kind(group, group), group, vendor.fields().get(group));
		}
	}

	private void read(Kind kind, String key, @Nullable Object value) {
		if (this.read.add(List.of(kind, key))) {
			add(kind, key, key, value);
		}
	}

	private void add(Kind kind, String key, String name, @Nullable Object value) {
		switch (value) {
			case List<?> several -> several.forEach((one) -> add(kind, key, name, one));
			case Map<?, ?> named -> named.forEach((inner, one) -> add(kind, key, name + "_" + inner, one));
			case null -> {
			}
			default -> {
				var url = value.toString();
				this.links.add(new FileLink(unused(kind, key, name), kind, url, expiry(url, this.now)));
			}
		}
	}

	private String unused(Kind kind, String key, String name) {
		if (name.equals(key) && this.used.add(List.of(kind, key))) {
			return key;
		}
		while (true) {
			int number = this.numbers.merge(List.of(kind, name), 1, Integer::sum);
			var numbered = (number == 1) ? name : name + "_" + number;
			if (!this.keys.contains(numbered) && this.used.add(List.of(kind, numbered))) {
				return numbered;
			}
		}
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
	static Instant expiry(String url, Instant now) {
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
