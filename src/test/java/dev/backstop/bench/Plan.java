package dev.backstop.bench;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;

/**
 * How PostgreSQL went about a statement of the application.
 *
 * @param text the statement
 * @param root the node that gave its result
 */
record Plan(String text, JsonNode root) {

	private static final Set<String> LARGE = Set.of("verification", "timeline_entry", "delivery", "idenfy_call",
			"archive_file");

	/** Whether it read a large table from its beginning to its end. */
	boolean readsAll() {
		return nodes(this.root).anyMatch((node) -> node.path("Node Type").asString().equals("Seq Scan")
				&& LARGE.contains(node.path("Relation Name").asString()));
	}

	/** How many rows it gave. */
	long rows() {
		return this.root.path("Actual Rows").asLong();
	}

	/** How many rows it read and did not want. */
	long discarded() {
		return nodes(this.root).mapToLong((node) -> node.path("Rows Removed by Filter").asLong()).sum();
	}

	/** How many blocks of 8 KB it looked at. */
	long blocks() {
		return this.root.path("Shared Hit Blocks").asLong() + this.root.path("Shared Read Blocks").asLong();
	}

	/** The kinds of its nodes, from the result down. */
	String shape() {
		return String.join(" ← ", nodes(this.root).map(Plan::name).toList());
	}

	private static String name(JsonNode node) {
		var name = node.path("Node Type").asString();
		if (node.has("Index Name")) {
			return name + " `" + node.path("Index Name").asString() + "`";
		}
		return node.has("Relation Name") ? name + " `" + node.path("Relation Name").asString() + "`" : name;
	}

	private static Stream<JsonNode> nodes(JsonNode node) {
		var below = StreamSupport.stream(node.path("Plans").spliterator(), false).flatMap(Plan::nodes);
		return Stream.concat(Stream.of(node), below);
	}

	/** Complains of those that read a large table as a whole. */
	static void requireIndexes(List<Plan> plans) {
		var bad = plans.stream().filter(Plan::readsAll).map(Plan::text).distinct().toList();
		if (!bad.isEmpty()) {
			throw new IllegalStateException("Read a whole table: " + bad);
		}
	}

}
