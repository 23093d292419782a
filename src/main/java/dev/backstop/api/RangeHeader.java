package dev.backstop.api;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourceRegion;

/**
 * The parts of a file that a client asks for. Spring's own reading of the header refuses
 * what is to be ignored, and sends the whole file along with the refusal.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14">RFC 9110, section
 * 14</a>
 */
final class RangeHeader {

	private static final Pattern BYTES = Pattern.compile("bytes=(.*)", Pattern.CASE_INSENSITIVE);

	private static final Pattern RANGE = Pattern.compile("([0-9]*)-([0-9]*)");

	private static final int MOST_RANGES = 100;

	private RangeHeader() {
	}

	/**
	 * Finds the regions of a file that a header names.
	 * @return none if the header is to be ignored: it is malformed, of another unit, or
	 * asks for as much as the whole file in pieces; no region if the file has none of
	 * them
	 */
	static Optional<List<ResourceRegion>> regions(@Nullable String header, Resource file) throws IOException {
		var bytes = BYTES.matcher((header != null) ? header.strip() : "");
		return bytes.matches() ? regions(bytes.group(1).split(",", -1), file) : Optional.empty();
	}

	private static Optional<List<ResourceRegion>> regions(String[] ranges, Resource file) throws IOException {
		var regions = new ArrayList<ResourceRegion>();
		long sum = 0;
		int asked = 0;
		for (var text : ranges) {
			// a list may have empty elements
			if (text.isBlank()) {
				continue;
			}
			var range = RANGE.matcher(text.strip());
			if (!range.matches() || !isRange(range.group(1), range.group(2))) {
				return Optional.empty();
			}
			asked++;
			var region = region(range.group(1), range.group(2), file);
			if (region.getCount() > 0) {
				regions.add(region);
				sum += region.getCount();
			}
		}
		boolean wasteful = regions.size() > 1 && (regions.size() > MOST_RANGES || sum >= file.contentLength());
		return (asked == 0 || wasteful) ? Optional.empty() : Optional.of(regions);
	}

	private static boolean isRange(String first, String last) {
		if (first.isEmpty() || last.isEmpty()) {
			return !(first + last).isEmpty();
		}
		return new BigInteger(first).compareTo(new BigInteger(last)) <= 0;
	}

	/** The region within the file, of no length if there is none. */
	private static ResourceRegion region(String first, String last, Resource file) throws IOException {
		long size = file.contentLength();
		if (first.isEmpty()) {
			long count = within(last, size);
			return new ResourceRegion(file, size - count, count);
		}
		long start = within(first, size);
		long end = last.isEmpty() ? size : within(last, size - 1) + 1;
		return new ResourceRegion(file, start, Math.max(0, end - start));
	}

	/** A number of any length, no larger than a limit. */
	private static long within(String digits, long limit) {
		return new BigInteger(digits).min(BigInteger.valueOf(limit)).longValue();
	}

}
