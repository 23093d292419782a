package dev.backstop.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The life of a verification after it was made.
 *
 * @param steps in the order in which they happen
 */
public record Scenario(String name, List<Step> steps) {

	public Scenario {
		steps = List.copyOf(steps);
	}

	/** Nothing ever happens until something is added. */
	public static Scenario of(String name) {
		return new Scenario(name, List.of());
	}

	public Scenario then(Duration at, Event event) {
		return then(at, event, Mishap.NONE);
	}

	/**
	 * Adds what happens next.
	 * @param at the time since the verification was made
	 */
	public Scenario then(Duration at, Event event, Mishap mishap) {
		var steps = new ArrayList<>(this.steps);
		steps.add(new Step(at, event, mishap));
		return new Scenario(this.name, steps);
	}

	/** One event, its time since the beginning, and the fate of its webhook. */
	public record Step(Duration at, Event event, Mishap mishap) {

		Step with(Mishap mishap) {
			return new Step(this.at, this.event, mishap);
		}

	}

}
