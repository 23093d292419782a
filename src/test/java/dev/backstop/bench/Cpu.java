package dev.backstop.bench;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processor time that processes have taken so far. */
record Cpu(Map<Long, Duration> byProcess) {

	static Cpu of(Stream<ProcessHandle> processes) {
		return new Cpu(processes.collect(Collectors.toMap(ProcessHandle::pid,
				(process) -> process.info().totalCpuDuration().orElse(Duration.ZERO))));
	}

	/** What those that are alive have taken since then. */
	Duration since(Cpu earlier) {
		return this.byProcess.entrySet()
			.stream()
			.map((entry) -> entry.getValue().minus(earlier.byProcess.getOrDefault(entry.getKey(), Duration.ZERO)))
			.reduce(Duration.ZERO, Duration::plus);
	}

}
