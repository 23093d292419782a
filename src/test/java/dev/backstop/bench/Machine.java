package dev.backstop.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.boot.SpringBootVersion;

/** What everything runs on. */
final class Machine {

	private Machine() {
	}

	static void describe(Profile profile, Postgres postgres, Report report) {
		var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		report.title("Benchmark")
			.text("The `%s` profile, begun %s. Load generator, application and PostgreSQL share one machine.",
					profile.name(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
		var table = report.table("", "")
			.row("processor", "%d cores, %s".formatted(system.getAvailableProcessors(), processor()))
			.row("memory", Report.mebibytes(system.getTotalMemorySize()))
			.row("system", "%s %s, %s".formatted(system.getName(), system.getVersion(), system.getArch()))
			.row("load of the machine before", system.getSystemLoadAverage())
			.row("Java", Runtime.version())
			.row("Spring Boot", SpringBootVersion.getVersion())
			.row("application", "packaged, with its AOT cache, " + String.join(" ", Layout.OPTIONS))
			.row("PostgreSQL", postgres.version());
		postgres.settings().forEach((name, value) -> table.row("`" + name + "`", value));
		table.end();
	}

	private static String processor() {
		try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
			return lines.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 2))
				.findFirst()
				.orElse("unknown");
		}
		catch (IOException ex) {
			return "unknown";
		}
	}

}
