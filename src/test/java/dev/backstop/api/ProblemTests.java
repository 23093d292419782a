package dev.backstop.api;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

import static dev.backstop.api.ApiClient.body;
import static org.assertj.core.api.Assertions.assertThat;

@ApiTest
@ExtendWith(OutputCaptureExtension.class)
class ProblemTests {

	@Autowired
	private ApiClient api;

	@Autowired
	private JdbcClient jdbc;

	@BeforeEach
	void nothingIsKnown() {
		this.jdbc.sql("delete from verification").update();
	}

	@Test
	void noSuchPath() {
		assertProblem(this.api.get("/api/v1/nothing"), HttpStatus.NOT_FOUND);
		assertProblem(this.api.get("/"), HttpStatus.NOT_FOUND);
		assertProblem(this.api.get("/error"), HttpStatus.NOT_FOUND);
	}

	@Test
	void noSuchMethod() {
		var response = RestTestClientResponse
			.from(this.api.http().method(HttpMethod.DELETE).uri("/api/v1/verifications/a").exchange());

		assertProblem(response, HttpStatus.METHOD_NOT_ALLOWED);
		assertThat(response).hasHeader(HttpHeaders.ALLOW, "GET");
	}

	@Test
	void aBodyThatIsNotJson() {
		var response = RestTestClientResponse.from(this.api.http()
			.post()
			.uri("/api/v1/verifications")
			.contentType(MediaType.TEXT_PLAIN)
			.body("scanRef=ANNA")
			.exchange());

		assertProblem(response, HttpStatus.UNSUPPORTED_MEDIA_TYPE);
		assertThat(response).bodyText().doesNotContain("ANNA");
	}

	@Test
	void whoeverDoesNotAcceptJsonHasChangedNothing() {
		var response = RestTestClientResponse.from(this.api.http()
			.post()
			.uri("/api/v1/verifications")
			.accept(MediaType.APPLICATION_XML)
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"scanRef\": \"xml\", \"clientId\": \"c\"}")
			.exchange());

		assertProblem(response, HttpStatus.NOT_ACCEPTABLE);
		assertThat(this.api.get("/api/v1/verifications/xml")).hasStatus(HttpStatus.NOT_FOUND);
	}

	@Test
	void anErrorThatNobodyExpectedIsOneStackTraceInTheLogAndNoneInTheAnswer(CapturedOutput output) {
		var response = this.api.get(ApiTestSupport.FAULTY);

		assertProblem(response, HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(response).bodyJson().isStrictlyEqualTo("""
				{"type": "urn:backstop:problem:internal-error", "status": 500, "title": "Internal Server Error",
				 "instance": "%s"}
				""".formatted(ApiTestSupport.FAULTY));
		assertThat(output.getAll().split("a secret of ours\\R\\tat ", -1)).hasSize(2);
	}

	private static void assertProblem(RestTestClientResponse response, HttpStatus status) {
		assertThat(response).hasStatus(status).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response).bodyJson().extractingPath("status").isEqualTo(status.value());
		assertThat(response).bodyJson().extractingPath("type").asString().startsWith("urn:backstop:problem:");
		assertThat(body(response)).doesNotContain("dev.backstop", "org.springframework", "\tat ", "trace");
	}

}
