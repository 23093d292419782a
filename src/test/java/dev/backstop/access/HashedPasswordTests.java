package dev.backstop.access;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HashedPasswordTests {

	private final CountingEncoder encoder = new CountingEncoder();

	private final HashedPassword password = new HashedPassword(this.encoder, "hash of a secret");

	@Test
	void theRightPasswordIsHashedOnce() {
		for (int call = 0; call < 5; call++) {
			assertThat(this.password.matches("a secret")).isTrue();
		}

		assertThat(this.encoder.computed()).isOne();
	}

	@Test
	void aWrongPasswordIsHashedEachTime() {
		for (int call = 0; call < 5; call++) {
			assertThat(this.password.matches("a guess")).isFalse();
		}

		assertThat(this.encoder.computed()).isEqualTo(5);
	}

	@Test
	void aWrongPasswordDoesNotDisplaceTheRightOne() {
		this.password.matches("a secret");
		this.password.matches("a guess");

		assertThat(this.password.matches("a secret")).isTrue();
		assertThat(this.password.matches("a guess")).isFalse();
		assertThat(this.encoder.computed()).isEqualTo(3);
	}

	@Test
	void aBurstOfFirstCallsIsHashedOnce() throws Exception {
		var start = new CountDownLatch(1);
		Callable<Boolean> call = () -> {
			start.await();
			return this.password.matches("a secret");
		};
		try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
			var answers = IntStream.range(0, 200).mapToObj((_) -> calls.submit(call)).toList();
			start.countDown();

			for (var answer : answers) {
				assertThat(answer.get()).isTrue();
			}
		}

		assertThat(this.encoder.computed()).isOne();
	}

	@Test
	void rightAndWrongPasswordsAtOnceAreToldApart() throws Exception {
		try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
			var answers = IntStream.range(0, 1000)
				.mapToObj((call) -> calls.submit(() -> this.password.matches((call % 2 == 0) ? "a secret" : "a guess")))
				.toList();

			for (int call = 0; call < answers.size(); call++) {
				assertThat(answers.get(call).get()).isEqualTo(call % 2 == 0);
			}
		}
	}

}
