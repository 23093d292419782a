package dev.backstop.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import dev.backstop.Database;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Has PostgreSQL write down the plan of each statement as it is executed, so that what is
 * seen is what the application got.
 */
final class Plans {

	private static final List<String> SETTINGS = List.of("log_analyze = on", "log_buffers = on", "log_timing = off",
			"log_format = json", "log_min_duration = 0");

	private static final JsonMapper json = JsonMapper.shared();

	private final Postgres postgres;

	Plans(Postgres postgres) {
		this.postgres = postgres;
	}

	/** The plans of all statements in a database while something is done there. */
	List<Plan> during(Callable<?> work, Database database) throws Exception {
		var name = database.url().substring(database.url().lastIndexOf('/') + 1);
		long from = this.postgres.messages().toFile().length();
		var jdbc = this.postgres.jdbc();
		SETTINGS.forEach((setting) -> jdbc.sql("alter system set auto_explain." + setting).update());
		reload(jdbc);
		try {
			work.call();
		}
		finally {
			jdbc.sql("alter system reset auto_explain.log_min_duration").update();
			reload(jdbc);
		}
		return messages(from).lines()
			.map(json::readTree)
			.filter((message) -> message.path("dbname").asString("").equals(name))
			.flatMap((message) -> plan(message).stream())
			.toList();
	}

	/** Sessions notice it between two statements, and messages take a moment, too. */
	private static void reload(JdbcClient jdbc) throws InterruptedException {
		jdbc.sql("select pg_reload_conf()").query().listOfRows();
		Thread.sleep(300);
	}

	private String messages(long from) throws IOException {
		try (var file = new RandomAccessFile(this.postgres.messages().toFile(), "r")) {
			file.seek(from);
			var bytes = new byte[(int) (file.length() - from)];
			file.readFully(bytes);
			return new String(bytes, StandardCharsets.UTF_8);
		}
	}

	private static Optional<Plan> plan(JsonNode message) {
		var text = message.path("message").asString("");
		if (!text.startsWith("duration:") || !text.contains("plan:")) {
			return Optional.empty();
		}
		var plan = json.readTree(text.substring(text.indexOf('{')));
		return Optional.of(new Plan(plan.path("Query Text").asString(), plan.path("Plan")));
	}

}
