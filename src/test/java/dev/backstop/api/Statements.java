package dev.backstop.api;

import org.hibernate.resource.jdbc.spi.StatementInspector;

/** Remembers the SQL that was last executed. */
class Statements implements StatementInspector {

	private volatile String last = "";

	@Override
	public String inspect(String sql) {
		this.last = sql;
		return sql;
	}

	String last() {
		return this.last;
	}

}
