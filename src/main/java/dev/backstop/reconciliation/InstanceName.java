package dev.backstop.reconciliation;

import java.util.Objects;
import java.util.UUID;

import org.springframework.stereotype.Component;

/** What an operator calls this instance; another one after each start. */
@Component
class InstanceName {

	private final String value = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "backstop") + "-"
			+ UUID.randomUUID().toString().substring(0, 8);

	String value() {
		return this.value;
	}

}
