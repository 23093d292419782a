package dev.backstop.bench;

import java.io.IOException;
import java.util.function.Supplier;

/** A client who asks one question after the other. */
final class Asker implements Caller {

	private final HttpConnection connection;

	private final Supplier<String> paths;

	Asker(Application application, Supplier<String> paths) {
		this.connection = new HttpConnection(application.port());
		this.paths = paths;
	}

	@Override
	public boolean call() throws IOException {
		try {
			return this.connection.exchange(Application.question(this.paths.get())) == 200;
		}
		catch (IOException ex) {
			this.connection.close();
			throw ex;
		}
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}
