package dev.backstop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjIntConsumer;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The line to a database, which can be cut, go silent, or be slow, and counts what is
 * asked.
 */
public final class DatabaseLine implements AutoCloseable {

	private final ServerSocket entrance;

	private final Database database;

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final AtomicLong questions = new AtomicLong();

	private volatile Pause pause = new Pause(Duration.ZERO);

	private volatile boolean cut;

	public DatabaseLine(Database database) throws IOException {
		this.database = database;
		this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		Thread.ofVirtual().start(this::connect);
	}

	/** The database at the other end. */
	public Database database() {
		var there = there();
		var url = this.database.url()
			.replace("//" + there.getAuthority(), "//localhost:" + this.entrance.getLocalPort());
		return new Database(url, this.database.username(), this.database.password());
	}

	/** Nothing comes through any more, and nobody says so. */
	public void fallSilent() {
		pause(Duration.ofDays(1));
	}

	/** Each question and its answer take so much longer; nothing is lost. */
	public void delay(Duration roundTrip) {
		pause(roundTrip.dividedBy(2));
	}

	/** All connections end, and new ones are refused. */
	public void cut() {
		this.cut = true;
		this.open.forEach(DatabaseLine::hangUp);
	}

	/** New connections come through. What was silent has ended. */
	public void mend() {
		this.cut = false;
		this.open.forEach(DatabaseLine::hangUp);
		pause(Duration.ZERO);
	}

	/** How often the application has waited for an answer. */
	public long questions() {
		return this.questions.get();
	}

	private void pause(Duration each) {
		var last = this.pause;
		this.pause = new Pause(each);
		last.end.countDown();
	}

	private URI there() {
		return URI.create(this.database.url().substring("jdbc:".length()));
	}

	private void connect() {
		while (!this.entrance.isClosed()) {
			try {
				var caller = this.entrance.accept();
				if (this.cut) {
					hangUp(caller);
				}
				else {
					connect(caller, new Socket(there().getHost(), there().getPort()));
				}
			}
			catch (IOException _) {
				// the next one may come through
			}
		}
	}

	private void connect(Socket caller, Socket called) {
		this.open.add(caller);
		this.open.add(called);
		var counted = new DatabaseQuestions(this.questions);
		Thread.ofVirtual().start(() -> pass(caller, called, counted::sent));
		Thread.ofVirtual().start(() -> pass(called, caller, (_, _) -> {
		}));
	}

	private void pass(Socket from, Socket to, ObjIntConsumer<byte[]> passing) {
		try (from; to) {
			var buffer = new byte[8192];
			for (int read = from.getInputStream().read(buffer); read >= 0; read = from.getInputStream().read(buffer)) {
				this.pause.await();
				passing.accept(buffer, read);
				to.getOutputStream().write(buffer, 0, read);
			}
		}
		catch (IOException | InterruptedException _) {
			// the line is dead
		}
		finally {
			this.open.remove(from);
			this.open.remove(to);
		}
	}

	private static void hangUp(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.entrance.close();
		mend();
	}

	/** How long each piece waits before it is passed on. */
	private record Pause(Duration each, CountDownLatch end) {

		Pause(Duration each) {
			this(each, new CountDownLatch(1));
		}

		void await() throws InterruptedException {
			var _ = this.end.await(this.each.toMillis(), TimeUnit.MILLISECONDS);
		}

	}

	/** Gives the application a database that can be away. */
	@TestConfiguration(proxyBeanMethods = false)
	public static class Configuration {

		@Bean
		DatabaseLine databaseLine() throws IOException {
			return new DatabaseLine(Database.create());
		}

		@Bean
		Database database(DatabaseLine line) {
			return line.database();
		}

	}

}
