package dev.backstop.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import javax.crypto.Mac;

import dev.backstop.Database;
import org.jspecify.annotations.Nullable;

/**
 * What webhooks leave in the database, committed by prepared statements and nothing else:
 * the same rows and the same entries in the same indexes.
 */
final class Limit {

	private static final List<String> TABLES = List.of("verification", "delivery", "timeline_entry", "archive_file");

	private static final Map<String, String> ENDINGS = Map.of("verification",
			" on conflict (scan_ref) do update set version = verification.version + 1");

	private final List<WebhookShape> shapes;

	private final List<List<Rows>> written = new ArrayList<>();

	private final Database database;

	private Limit(List<WebhookShape> shapes, Database database) {
		this.shapes = shapes;
		this.database = database;
	}

	/**
	 * Sends one webhook of each shape and looks at what it leaves.
	 * @param database where the same is written
	 */
	static Limit of(List<WebhookShape> shapes, Application backstop, Database source, Database database)
			throws Exception {
		var limit = new Limit(shapes, database);
		try (var http = new HttpConnection(backstop.port()); var connection = Postgres.connect(source)) {
			for (var shape : shapes) {
				long number = Webhooks.nextNumber();
				if (http.exchange(shape.request(number, WebhookShape.mac())) != 200) {
					throw new IllegalStateException(shape + " is not taken");
				}
				var rows = new ArrayList<Rows>();
				for (var table : TABLES) {
					rows.add(Rows.of(table, WebhookShape.scanRef(number), connection));
				}
				limit.written.add(rows);
			}
		}
		return limit;
	}

	/** How many rows a webhook leaves on average, table by table. */
	String rows() {
		var means = new ArrayList<String>();
		for (int i = 0; i < TABLES.size(); i++) {
			int table = i;
			means.add("%.1f `%s`".formatted(
					this.written.stream().mapToInt((rows) -> rows.get(table).values.size()).average().orElse(0),
					TABLES.get(i)));
		}
		return String.join(", ", means);
	}

	/** One who writes them on a connection of its own. */
	Caller writer() throws SQLException {
		var connection = Postgres.connect(this.database);
		connection.setAutoCommit(false);
		var statements = new ArrayList<PreparedStatement>();
		for (int i = 0; i < TABLES.size(); i++) {
			statements.add(connection.prepareStatement(this.written.getFirst().get(i).insert()));
		}
		return new Writer(connection, statements, WebhookShape.mac());
	}

	/** One who writes what webhooks leave. */
	private final class Writer implements Caller {

		private final Connection connection;

		private final List<PreparedStatement> statements;

		private final Mac mac;

		private Writer(Connection connection, List<PreparedStatement> statements, Mac mac) {
			this.connection = connection;
			this.statements = statements;
			this.mac = mac;
		}

		@Override
		public boolean call() throws Exception {
			long number = Webhooks.nextNumber();
			int index = (int) (number % Limit.this.shapes.size());
			var shape = Limit.this.shapes.get(index);
			var body = shape.body(shape.request(number, this.mac));
			for (int i = 0; i < TABLES.size(); i++) {
				Limit.this.written.get(index).get(i).insert(this.statements.get(i), number, body);
			}
			this.connection.commit();
			return true;
		}

		@Override
		public void close() throws SQLException {
			this.connection.close();
		}

	}

	/**
	 * The rows of one table that one webhook left.
	 *
	 * @param columns their names
	 */
	private record Rows(String table, List<String> columns, List<List<@Nullable Object>> values) {

		static Rows of(String table, String scanRef, Connection connection) throws SQLException {
			try (var select = connection.prepareStatement("select * from " + table + " where scan_ref = ?")) {
				select.setString(1, scanRef);
				var found = select.executeQuery();
				var columns = new ArrayList<String>();
				for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
					columns.add(found.getMetaData().getColumnName(i));
				}
				var values = new ArrayList<List<@Nullable Object>>();
				while (found.next()) {
					values.add(row(found, columns.size()));
				}
				return new Rows(table, columns, values);
			}
		}

		private static List<@Nullable Object> row(ResultSet found, int columns) throws SQLException {
			var row = new ArrayList<@Nullable Object>();
			for (int i = 1; i <= columns; i++) {
				row.add(found.getObject(i));
			}
			return row;
		}

		String insert() {
			return "insert into %s (%s) values (%s)%s".formatted(this.table, String.join(", ", this.columns),
					String.join(", ", this.columns.stream().map((_) -> "?").toList()),
					ENDINGS.getOrDefault(this.table, ""));
		}

		/** Writes them for another webhook, all in one round trip. */
		void insert(PreparedStatement statement, long number, byte[] body) throws SQLException {
			for (var row : this.values) {
				for (int i = 0; i < row.size(); i++) {
					set(statement, i + 1, of(this.columns.get(i), row.get(i), number, body));
				}
				statement.addBatch();
			}
			if (!this.values.isEmpty()) {
				statement.executeBatch();
			}
		}

		private static @Nullable Object of(String column, @Nullable Object value, long number, byte[] body) {
			return switch (column) {
				case "id" -> ordered();
				case "scan_ref" -> WebhookShape.scanRef(number);
				case "client_id" -> WebhookShape.clientId(number);
				case "external_ref" -> "order-%011d".formatted(number);
				case "body" -> body;
				case "body_sha256" -> sha256();
				default -> value;
			};
		}

		private static void set(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
			if (value == null) {
				statement.setNull(index, Types.NULL);
			}
			else {
				statement.setObject(index, value);
			}
		}

		private static UUID ordered() {
			var random = ThreadLocalRandom.current();
			return new UUID(System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000),
					random.nextLong() >>> 2 | Long.MIN_VALUE);
		}

		// any will do: the database does not look whose it is
		private static byte[] sha256() {
			var hash = new byte[32];
			ThreadLocalRandom.current().nextBytes(hash);
			return hash;
		}

	}

}
