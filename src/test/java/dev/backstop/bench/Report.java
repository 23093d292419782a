package dev.backstop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was found, written to {@code target/bench/report.md} as it is found. */
final class Report {

	private final StringBuilder text = new StringBuilder();

	private final List<Goal> goals = new ArrayList<>();

	Report title(String title) {
		return line("# " + title).line("");
	}

	Report chapter(String title) {
		return line("").line("## " + title).line("");
	}

	Report part(String title) {
		return line("").line("### " + title).line("");
	}

	Report text(String text, Object... values) {
		return line(text.formatted(values)).line("");
	}

	/** Lines that are shown as they are. */
	Report verbatim(List<String> lines) {
		line("```");
		lines.forEach(this::line);
		return line("```").line("");
	}

	/**
	 * A table.
	 * @param header the names of the columns, between bars
	 */
	Table table(String... header) {
		line("| " + String.join(" | ", header) + " |");
		return line("|" + "---|".repeat(header.length)).new Table();
	}

	Report chart(String name, Chart chart) throws IOException {
		Files.writeString(Work.directory().resolve(name + ".svg"), chart.svg());
		return line("").line("![%s](%s.svg)".formatted(chart.title(), name)).line("");
	}

	/** Something that should be at most so much. */
	void atMost(String what, double measured, double limit) {
		this.goals.add(new Goal(what, measured, "at most", limit, measured <= limit));
	}

	/** Something that should be at least so much. */
	void atLeast(String what, double measured, double limit) {
		this.goals.add(new Goal(what, measured, "at least", limit, measured >= limit));
	}

	void failure(String section, Throwable failure) {
		text("**The section %s failed: %s**", section, failure);
	}

	/** Writes everything down, the goals at the end. */
	void write() throws IOException {
		chapter("Goals");
		var table = table("what", "measured", "goal", "");
		this.goals.forEach((goal) -> table.row(goal.what, number(goal.measured), goal.bound + " " + number(goal.limit),
				goal.met ? "met" : "**missed**"));
		var file = Work.directory().resolve("report.md");
		Files.writeString(file, this.text);
		Progress.say("wrote %s", file);
	}

	private Report line(String line) {
		this.text.append(line).append('\n');
		return this;
	}

	/** A number with as many digits as say something. */
	static String number(double number) {
		double size = Math.abs(number);
		return String.format(Locale.ROOT, (size >= 100) ? "%,.0f" : (size >= 10) ? "%.1f" : "%.2f", number);
	}

	static String mebibytes(double bytes) {
		return number(bytes / (1 << 20)) + " MiB";
	}

	private record Goal(String what, double measured, String bound, double limit, boolean met) {
	}

	/** The rows of a table. */
	final class Table {

		Table row(Object... cells) {
			var shown = new ArrayList<String>();
			for (var cell : cells) {
				shown.add((cell instanceof Double number) ? number(number) : cell.toString().replace("|", "\\|"));
			}
			line("| " + String.join(" | ", shown) + " |");
			return this;
		}

		Report end() {
			return line("");
		}

	}

}
