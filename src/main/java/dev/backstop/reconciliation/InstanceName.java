package dev.backstop.reconciliation;

import java.util.Objects;
import java.util.UUID;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * What an operator calls an instance.
 *
 * @param value the host's name and something that is new at each start
 */
@Component
record InstanceName(String value) {

	@Autowired
	InstanceName() {
		this(Objects.requireNonNullElse(System.getenv("HOSTNAME"), "backstop") + "-"
				+ UUID.randomUUID().toString().substring(0, 8));
	}

}
