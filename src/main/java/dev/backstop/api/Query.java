package dev.backstop.api;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

import dev.backstop.verification.Progress;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MultiValueMap;

/**
 * Which verifications a client wants listed.
 *
 * @param updatedSince inclusive
 * @param after where the page before ended, null for the first
 */
record Query(@Nullable String overall, @Nullable Progress progress, @Nullable String clientId,
		@Nullable String externalRef, @Nullable Instant updatedSince, int limit, @Nullable Cursor after) {

	private static final List<String> PARAMETERS = List.of("overall", "progress", "clientId", "externalRef",
			"updatedSince", "limit", "cursor");

	static final int OVERALL = 64;

	static final int DEFAULT_LIMIT = 50;

	static final int MAX_LIMIT = 200;

	static Query of(MultiValueMap<String, String> parameters) {
		var input = new Input();
		parameters.forEach((name, values) -> {
			if (!PARAMETERS.contains(name)) {
				input.refuse(name, "is no parameter of this list; it has " + String.join(", ", PARAMETERS));
			}
			else if (values.size() > 1) {
				input.refuse(name, "must be given once");
			}
		});
		var limit = input.read("limit", parameters.getFirst("limit"), Query::limit,
				"must be a whole number from 1 to " + MAX_LIMIT);
		var query = new Query(input.word("overall", parameters.getFirst("overall"), OVERALL),
				input.read("progress", parameters.getFirst("progress"), Progress::valueOf,
						"must be one of " + Arrays.toString(Progress.values())),
				input.word("clientId", parameters.getFirst("clientId"), TokenResponse.CLIENT_ID),
				input.word("externalRef", parameters.getFirst("externalRef"), TokenResponse.EXTERNAL_REF),
				input.read("updatedSince", parameters.getFirst("updatedSince"), Query::instant,
						"must be an ISO 8601 time with an offset, such as 2026-01-31T12:00:00Z (a + is written %2B)"),
				(limit != null) ? limit : DEFAULT_LIMIT, input.read("cursor", parameters.getFirst("cursor"),
						Cursor::decode, "must be a nextCursor as it was given"));
		if (query.after != null && !query.after.filter().equals(query.filter())) {
			input.refuse("cursor", "belongs to a list with other filters; repeat those, or begin without a cursor");
		}
		if (input.isWrong()) {
			throw input.problem();
		}
		return query;
	}

	private static Integer limit(String text) {
		int limit = Integer.parseInt(text);
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new IllegalArgumentException();
		}
		return limit;
	}

	private static Instant instant(String text) {
		var time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
		// the database knows neither the beginning nor the end of time
		if (time.getYear() < 1 || time.getYear() > 9999) {
			throw new IllegalArgumentException();
		}
		return time.toInstant();
	}

	/** A short name for the filters, whatever the page. */
	String filter() {
		var checksum = new CRC32();
		var filters = Arrays.asList(this.overall, this.progress, this.clientId, this.externalRef, this.updatedSince);
		checksum.update(filters.toString().getBytes(StandardCharsets.UTF_8));
		return Long.toHexString(checksum.getValue());
	}

}
