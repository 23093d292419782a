package dev.backstop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;

/** Stops its server for good, and so has one of its own. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import({ DatabaseUnavailableTests.OwnServer.class, TestClient.class })
@DirtiesContext
@Timeout(20)
class DatabaseStoppedTests {

	@Autowired
	private RestTestClient http;

	@Autowired
	private PostgresServer server;

	@Test
	void aDatabaseThatIsAwayIsUnavailable() {
		this.server.close();

		DatabaseUnavailableTests.assertUnavailable(DatabaseUnavailableTests.get(this.http));
	}

}
