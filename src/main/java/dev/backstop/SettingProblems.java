package dev.backstop;

import java.util.ArrayList;
import java.util.List;

/** Problems of settings, collected so that a refused start names all of them. */
public final class SettingProblems {

	private final List<StartRefused.Problem> problems = new ArrayList<>();

	public void add(String description, String mending) {
		this.problems.add(new StartRefused.Problem(description, mending));
	}

	/** Adds the problems for which a check refuses the start. */
	public void addFrom(Runnable check) {
		try {
			check.run();
		}
		catch (StartRefused ex) {
			addAll(ex.problems());
		}
	}

	void addAll(List<StartRefused.Problem> others) {
		this.problems.addAll(others);
	}

	/** Refuses the start if there is any problem. */
	public void refuseStart() {
		if (!this.problems.isEmpty()) {
			throw new StartRefused(this.problems);
		}
	}

}
