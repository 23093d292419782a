package dev.backstop.bench;

import java.util.List;
import java.util.stream.IntStream;
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

	/** The ratio of two that took turns. */
	static double medianOfRatios(List<Double> measured, List<Double> compared) {
		return median(ratios(measured, compared).stream());
	}

	static List<Double> ratios(List<Double> measured, List<Double> compared) {
		return IntStream.range(0, measured.size()).mapToObj((i) -> measured.get(i) / compared.get(i)).toList();
	}

}
