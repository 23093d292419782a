package dev.backstop.operations;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Tells whether iDenfy answers this instance. */
@Component
class IdenfyHealthIndicator implements HealthIndicator {

	static final String CIRCUIT_OPEN = "CIRCUIT_OPEN";

	private final CircuitBreaker breaker;

	IdenfyHealthIndicator(CircuitBreakerRegistry breakers) {
		this.breaker = breakers.circuitBreaker("idenfy");
	}

	@Override
	public Health health() {
		var state = this.breaker.getState();
		var metrics = this.breaker.getMetrics();
		var health = Health.up()
			.withDetail("breaker", state)
			.withDetail("calls", metrics.getNumberOfBufferedCalls())
			.withDetail("failedCalls", metrics.getNumberOfFailedCalls());
		switch (state) {
			case OPEN -> health.status(CIRCUIT_OPEN)
				.withDetail("reason", "Calls to iDenfy failed too often, so that this instance makes none for a while")
				.withDetail("nextStep", """
						Nothing, if iDenfy is down: it is tried again by itself, and no verification is given up \
						meanwhile. Otherwise check that this machine reaches idenfy.base-url""");
			case FORCED_OPEN -> health.status(CIRCUIT_OPEN)
				.withDetail("reason", "An operator opened the circuit breaker of this instance")
				.withDetail("nextStep", """
						Close it with POST /actuator/circuitbreakers/idenfy {"updateState": "CLOSE"}; to hold the \
						reconciler, pause it instead""");
			case CLOSED, HALF_OPEN, DISABLED, METRICS_ONLY -> {
			}
		}
		return health.build();
	}

}
