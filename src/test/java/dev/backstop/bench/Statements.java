package dev.backstop.bench;

import java.util.List;

import dev.backstop.Database;

import org.springframework.jdbc.core.simple.JdbcClient;

/** What PostgreSQL counts of the statements in one database. */
final class Statements {

	private static final String OURS = """
			from pg_stat_statements s join pg_database d on d.oid = s.dbid
			where d.datname = ? and toplevel
			""";

	private final JdbcClient jdbc;

	private final String database;

	Statements(Postgres postgres, Database database) {
		this.jdbc = postgres.jdbc();
		this.database = database.url().substring(database.url().lastIndexOf('/') + 1);
	}

	void reset() {
		this.jdbc.sql("select pg_stat_statements_reset(0, (select oid from pg_database where datname = ?), 0)")
			.param(this.database)
			.query()
			.listOfRows();
	}

	/** How many there were, without those that begin and end transactions. */
	long count() {
		return this.jdbc
			.sql("select coalesce(sum(calls), 0)::bigint " + OURS
					+ " and query !~* '^(begin|commit|rollback|set|show)'")
			.param(this.database)
			.query(Long.class)
			.single();
	}

	/** Those that were executed most, or took longest. */
	List<Statement> list(int limit) {
		return find("true", limit);
	}

	/** Those whose text has something in it. */
	List<Statement> containing(String text) {
		return find("position('%s' in query) > 0".formatted(text.replace("'", "''")), 10);
	}

	private List<Statement> find(String condition, int limit) {
		return this.jdbc.sql("""
				select query, calls, total_exec_time, max_exec_time, rows, shared_blks_hit + shared_blks_read,
					shared_blks_read, wal_bytes
				""" + OURS + " and " + condition + " order by total_exec_time desc limit " + limit)
			.param(this.database)
			.query((found, _) -> new Statement(found.getString(1).replaceAll("\\s+", " "), found.getLong(2),
					found.getDouble(3), found.getDouble(4), found.getLong(5), found.getLong(6), found.getLong(7),
					found.getLong(8)))
			.list();
	}

	/**
	 * A statement, however often executed.
	 *
	 * @param millis how long the database worked on it, all in all
	 * @param slowest how long the slowest call took, in milliseconds
	 * @param blocks how many blocks of 8 KB it looked at
	 * @param read how many of them were not in PostgreSQL's memory
	 * @param written how many bytes went to the log
	 */
	record Statement(String text, long calls, double millis, double slowest, long rows, long blocks, long read,
			long written) {

		double millisPerCall() {
			return this.millis / this.calls;
		}

		/**
		 * The same without the slowest call, which may have been interrupted, or the
		 * first.
		 */
		double usualMillisPerCall() {
			return (this.millis - this.slowest) / (this.calls - 1);
		}

		double blocksPerCall() {
			return (double) this.blocks / this.calls;
		}

		double readPerCall() {
			return (double) this.read / this.calls;
		}

	}

}
