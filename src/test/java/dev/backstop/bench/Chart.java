package dev.backstop.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Bars in groups, drawn as SVG.
 *
 * @param unit what the numbers count
 * @param series what the bars of a group stand for, in their order
 */
record Chart(String title, String unit, List<String> series, List<Group> groups) {

	private static final List<String> COLOURS = List.of("#2b6cb0", "#a0aec0", "#dd6b20", "#38a169");

	private static final int WIDTH = 760;

	private static final int HEIGHT = 340;

	private static final int LEFT = 60;

	private static final int TOP = 60;

	private static final int BOTTOM = 290;

	Chart(String title, String unit, List<String> series) {
		this(title, unit, series, new ArrayList<>());
	}

	Chart group(String name, double... values) {
		this.groups.add(new Group(name, values));
		return this;
	}

	String svg() {
		var svg = new StringBuilder();
		draw(svg, """
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
				<rect width="100%%" height="100%%" fill="white"/>
				<text x="%d" y="22" font-size="15">%s (%s)</text>
				<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="black"/>
				""", WIDTH, HEIGHT, LEFT, this.title, this.unit, LEFT, BOTTOM, WIDTH - 10, BOTTOM);
		for (int i = 0; i < this.series.size(); i++) {
			draw(svg, """
					<rect x="%d" y="32" width="12" height="12" fill="%s"/><text x="%d" y="43">%s</text>
					""", LEFT + i * 170, COLOURS.get(i), LEFT + 18 + i * 170, this.series.get(i));
		}
		double highest = this.groups.stream().flatMapToDouble(Group::stream).max().orElse(1);
		double room = (double) (WIDTH - 10 - LEFT) / Math.max(1, this.groups.size());
		for (int i = 0; i < this.groups.size(); i++) {
			draw(svg, this.groups.get(i), LEFT + i * room, room, highest);
		}
		return svg.append("</svg>\n").toString();
	}

	private void draw(StringBuilder svg, Group group, double left, double room, double highest) {
		double width = Math.min(70, room * 0.8 / this.series.size());
		double start = left + (room - width * group.values.length) / 2;
		for (int i = 0; i < group.values.length; i++) {
			double height = group.values[i] / highest * (BOTTOM - TOP - 15);
			double x = start + i * width;
			draw(svg, """
					<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>
					<text x="%.1f" y="%.1f" text-anchor="middle" font-size="10">%s</text>
					""", x, BOTTOM - height, width - 3, height, COLOURS.get(i), x + width / 2, BOTTOM - height - 4,
					Report.number(group.values[i]));
		}
		draw(svg, """
				<text x="%.1f" y="%d" text-anchor="middle">%s</text>
				""", left + room / 2, BOTTOM + 18, group.name);
	}

	private static void draw(StringBuilder svg, String shape, Object... values) {
		svg.append(String.format(Locale.ROOT, shape, values));
	}

	/** Bars that stand beside each other. */
	record Group(String name, double... values) {

		private DoubleStream stream() {
			return DoubleStream.of(this.values);
		}

	}

}
