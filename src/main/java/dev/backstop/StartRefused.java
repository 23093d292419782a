package dev.backstop;

import java.util.List;
import java.util.stream.Collectors;

/** A refused start, with all problems found and how to mend them. */
public class StartRefused extends RuntimeException {

	private final List<Problem> problems;

	public StartRefused(String problem, String mending) {
		this(List.of(new Problem(problem, mending)));
	}

	public StartRefused(List<Problem> problems) {
		super(problems.stream().map(Problem::toString).collect(Collectors.joining(" ")));
		this.problems = List.copyOf(problems);
	}

	public List<Problem> problems() {
		return this.problems;
	}

	/**
	 * One problem, without any secret.
	 *
	 * @param description the sentence that names it
	 * @param mending the sentence that says what to do
	 */
	public record Problem(String description, String mending) {

		@Override
		public String toString() {
			return this.description + " " + this.mending;
		}

	}

}
