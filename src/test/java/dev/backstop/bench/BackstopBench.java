package dev.backstop.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/** Runs the benchmark, section by section, and reports. */
class BackstopBench {

	static {
		LoggingSystem.get(BackstopBench.class.getClassLoader())
			.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
	}

	private static final Profile profile = Profile.chosen();

	private static final Report report = new Report();

	private static final Postgres postgres = Postgres.start();

	private static final Stored stored = new Stored(postgres.createDatabase(), profile.seeding());

	private static final List<Section> sections = Stream
		.of(new Intake(profile, postgres, report), new Queries(profile, postgres, stored, report),
				new Due(profile, postgres, stored, report), new Reconciling(profile, postgres, report),
				new Footprint(profile, postgres, report))
		.filter((section) -> profile.sections().contains(section.name()))
		.toList();

	@TestFactory
	Stream<DynamicTest> sections() {
		Machine.describe(profile, postgres, report);
		return sections.stream().map((section) -> DynamicTest.dynamicTest(section.name(), () -> run(section)));
	}

	private static void run(Section section) throws Exception {
		int place = sections.indexOf(section);
		var left = sections.stream().skip(place).map(Section::expected).reduce(Duration.ZERO, Duration::plus);
		Progress.say("%s: section %d of %d, about %s; all that is left about %s", section.name(), place + 1,
				sections.size(), Progress.clock(section.expected()), Progress.clock(left));
		try {
			section.run();
		}
		catch (Exception | Error ex) {
			report.failure(section.name(), ex);
			throw ex;
		}
	}

	@AfterAll
	static void end() throws IOException {
		report.write();
		postgres.close();
	}

}
