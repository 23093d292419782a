package dev.backstop;

import java.util.function.Supplier;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.util.function.SingletonSupplier;

/**
 * A real, empty PostgreSQL database and how to reach it.
 */
public record Database(String url, String username, String password) implements JdbcConnectionDetails {

	private static final Supplier<PostgresServer> SERVER = SingletonSupplier.of(PostgresServer::start);

	/**
	 * A new database on the one server that the whole JVM shares.
	 */
	public static Database create() {
		return SERVER.get().createDatabase();
	}

	@Override
	public String getJdbcUrl() {
		return this.url;
	}

	@Override
	public String getUsername() {
		return this.username;
	}

	@Override
	public String getPassword() {
		return this.password;
	}

}
