package dev.backstop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.awaitility.Awaitility;

/** A PgBouncer before a database, with fewer connections to it than it has clients. */
public final class PgBouncer implements AutoCloseable {

	/** As README.md has it. */
	private static final String LIMITS = " connect_query='set statement_timeout = 1900; "
			+ "set idle_in_transaction_session_timeout = 5000; "
			+ "set session characteristics as transaction isolation level read committed'";

	private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

	private final Database database;

	private final int port;

	private final Process process;

	private PgBouncer(Database database, int port, Process process) {
		this.database = database;
		this.port = port;
		this.process = process;
	}

	public static boolean isInstalled() {
		return Files.isExecutable(PROGRAM);
	}

	/**
	 * Starts one.
	 * @param mode {@code session} or {@code transaction}
	 */
	public static PgBouncer start(Database database, String mode) {
		try {
			int port = unusedPort();
			var directory = Files.createTempDirectory("pgbouncer");
			var settings = Files.writeString(directory.resolve("pgbouncer.ini"),
					"""
							[databases]
							* = host=%s port=%d user=%s password=%s%s
							[pgbouncer]
							listen_addr = 127.0.0.1
							listen_port = %d
							unix_socket_dir =
							auth_type = any
							pool_mode = %s
							default_pool_size = %d
							""".formatted(there(database).getHost(), there(database).getPort(), database.username(),
							database.password(), mode.equals("transaction") ? LIMITS : "", port, mode,
							mode.equals("transaction") ? 5 : 30));
			var command = new ProcessBuilder(PROGRAM.toString(), settings.toString()).redirectErrorStream(true)
				.redirectOutput(directory.resolve("log").toFile());
			if (System.getProperty("user.name").equals("root")) {
				// as which it refuses to run
				command.command().addAll(1, List.of("-u", "nobody"));
			}
			var bouncer = new PgBouncer(database, port, command.start());
			Awaitility.await("PgBouncer, see " + directory).until(bouncer::listens);
			return bouncer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The database as it is reached through it. */
	public Database database(String parameters) {
		var url = this.database.url().replace("//" + there(this.database).getAuthority(), "//localhost:" + this.port);
		return new Database(url + parameters, this.database.username(), this.database.password());
	}

	private static URI there(Database database) {
		return URI.create(database.url().substring("jdbc:".length()));
	}

	private static int unusedPort() throws IOException {
		try (var socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private boolean listens() {
		try (var _ = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			return true;
		}
		catch (IOException _) {
			return false;
		}
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
