package dev.backstop.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a process can be sent. */
enum Signal {

	/** The process ends at once, whatever it is doing. */
	KILL,

	/** The process stands still and does not know it. */
	STOP,

	/** The process goes on. */
	CONT;

	void send(Stream<ProcessHandle> processes) {
		var command = new ArrayList<>(List.of("kill", "-" + name()));
		processes.map((process) -> Long.toString(process.pid())).forEach(command::add);
		try {
			// some may have ended meanwhile, so that the exit code says nothing
			new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
