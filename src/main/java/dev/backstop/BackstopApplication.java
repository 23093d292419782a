package dev.backstop;

import java.time.Clock;
import java.time.Duration;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** Starts Backstop. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class BackstopApplication {

	public static void main(String[] args) {
		SpringApplication.run(BackstopApplication.class, args);
	}

	/** The time, as exactly as PostgreSQL keeps it. */
	@Bean
	Clock clock() {
		return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
	}

}
