package dev.backstop.bench;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What a round has cost the machine.
 *
 * @param statements how many the database executed, without those that begin and end
 * transactions
 * @param written how many bytes it wrote to its log
 */
record Spent(Duration application, Duration postgres, Duration generator, long statements, long written) {

	/** Does something and says what it has cost. */
	static Spent during(Callable<?> work, Postgres postgres, Statements statements, Stream<ProcessHandle> application)
			throws Exception {
		var processes = application.toList();
		var cpu = Cpu.of(processes.stream());
		var database = Cpu.of(postgres.processes());
		var generator = Cpu.of(Stream.of(ProcessHandle.current()));
		long written = postgres.written();
		long executed = statements.count();
		work.call();
		return new Spent(Cpu.of(processes.stream()).since(cpu), Cpu.of(postgres.processes()).since(database),
				Cpu.of(Stream.of(ProcessHandle.current())).since(generator), statements.count() - executed,
				postgres.written() - written);
	}

}
