package dev.backstop.bench;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * A Spring Boot application that does nothing, with the same starters as Backstop. It is
 * no component, so that no other application finds it.
 */
@EnableAutoConfiguration
public class BareApplication {

	public static void main(String[] args) {
		SpringApplication.run(BareApplication.class, args);
	}

}
