package dev.backstop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts Backstop.
 */
@SpringBootApplication
public class BackstopApplication {

	public static void main(String[] args) {
		SpringApplication.run(BackstopApplication.class, args);
	}

}
