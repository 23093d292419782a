package dev.backstop.bench;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * A Spring Boot application that does nothing, with the same starters as Backstop. It is
 * no component, so that no other application finds it, and has no {@code main}, so that
 * the demonstration stays the only one to run.
 */
@EnableAutoConfiguration
public class BareApplication {

}
