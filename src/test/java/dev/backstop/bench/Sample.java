package dev.backstop.bench;

import java.util.stream.Stream;

/** What several measurements of the same say together. */
final class Sample {

	private Sample() {
	}

	static double median(Stream<Double> values) {
		var sorted = values.sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

}
