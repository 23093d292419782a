package dev.backstop.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.security.core.userdetails.UserDetailsService;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(classes = TwoPorts.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.config.name=no-file", "management.server.port=0",
				"spring.mvc.problemdetails.enabled=true",
				"management.endpoints.web.exposure.include=health,metrics,lever",
				"management.endpoint.health.show-details=when-authorized",
				"management.endpoint.health.roles=OPERATOR,MONITOR", "backstop.clients.shop.password=shop's",
				"backstop.clients.hashed.password={bcrypt}$2a$04$bWCFGkad1hKtfVPLW/vwlu5uPekYpsjQ4l6Y/SPJABXEShzfdG1Hi",
				"backstop.operators.ops.password=ops's", "backstop.monitors.grafana.password=grafana's" })
class AccessTests {

	private static final String VERIFICATIONS = "/api/v1/verifications";

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	@LocalServerPort
	private int publicPort;

	@LocalManagementPort
	private int managementPort;

	@Test
	void aClientIsLetInAtThePublicPort() throws Exception {
		var answer = call(this.publicPort, "GET", VERIFICATIONS, basic("shop", "shop's"));

		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).contains("\"caller\":\"shop\"");
	}

	@ParameterizedTest
	@CsvSource({ "shop, wrong", "shop, ''", "nobody, shop's", "ops, ops's", "grafana, grafana's", "user, user" })
	void othersAreUnknownAtThePublicPort(String name, String password) throws Exception {
		assertUnknown(call(this.publicPort, "GET", VERIFICATIONS, basic(name, password)), "client's account");
	}

	@ParameterizedTest
	@CsvSource({ "shop, shop's", "nobody, ops's", "ops, wrong" })
	void othersAreUnknownAtTheManagementPort(String name, String password) throws Exception {
		assertUnknown(call(this.managementPort, "GET", "/actuator/lever", basic(name, password)),
				"operator's or a monitor's account");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /api/v1/verifications", "POST, /api/v1/verifications", "GET, /webhooks/idenfy",
			"PUT, /webhooks/idenfy", "POST, /webhooks/idenfy/", "POST, /webhooks/other", "GET, /v3/api-docs",
			"GET, /error", "GET, /login", "POST, /login", "GET, /logout", "GET, /no/such/path", "GET, /",
			"GET, /actuator/health", "GET, /broken" })
	void nothingElseIsOpenAtThePublicPort(String method, String path) throws Exception {
		assertUnknown(call(this.publicPort, method, path, null), "client's account");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /actuator", "GET, /actuator/metrics", "GET, /actuator/lever", "POST, /actuator/lever",
			"GET, /actuator/health/ping", "GET, /error", "GET, /no/such/path", "POST, /webhooks/idenfy",
			"GET, /api/v1/verifications" })
	void nothingElseIsOpenAtTheManagementPort(String method, String path) throws Exception {
		assertUnknown(call(this.managementPort, method, path, null), "operator's or a monitor's account");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Basic", "Basic ", "Basic %%%", "Basic c2hvcA==", "Basicc2hvcDpzaG9wJ3M=", "Bearer token",
			"Digest username=\"shop\"", "c2hvcDpzaG9wJ3M=" })
	void aMalformedHeaderIsAnsweredLikeAMissingOne(String header) throws Exception {
		assertUnknown(call(this.publicPort, "GET", VERIFICATIONS, header), "client's account");
		assertUnknown(call(this.managementPort, "GET", "/actuator/lever", header), "operator's or a monitor's account");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Basic nonsense", "Basic c2hvcDp3cm9uZw==", "Bearer token" })
	void theWebhookIsOpenWhateverAuthorizationItBears(String header) throws Exception {
		assertThat(call(this.publicPort, "POST", "/webhooks/idenfy", null).statusCode()).isEqualTo(200);
		assertThat(call(this.publicPort, "POST", "/webhooks/idenfy", header).statusCode()).isEqualTo(200);
	}

	@Test
	void aClientsMistakesAreNotTakenForMissingAccounts() throws Exception {
		var client = basic("shop", "shop's");

		assertThat(call(this.publicPort, "GET", "/no/such/path", client).statusCode()).isEqualTo(404);
		assertThat(call(this.publicPort, "DELETE", VERIFICATIONS, client).statusCode()).isEqualTo(405);
		assertThat(call(this.publicPort, "GET", "/webhooks/idenfy", client).statusCode()).isEqualTo(405);
		assertThat(call(this.publicPort, "GET", "/broken", client).statusCode()).isEqualTo(503);
	}

	@Test
	void aHashedPasswordLetsIn() throws Exception {
		assertThat(call(this.publicPort, "GET", VERIFICATIONS, basic("hashed", "hashed's")).statusCode())
			.isEqualTo(200);
		assertUnknown(call(this.publicPort, "GET", VERIFICATIONS, basic("hashed", "wrong")), "client's account");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness" })
	void healthIsOpenWithoutDetails(String path) throws Exception {
		var answer = call(this.managementPort, "GET", path, null);

		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).contains("\"status\":\"UP\"").doesNotContain("components", "details");
		assertThat(call(this.managementPort, "HEAD", path, null).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "ops, ops's", "grafana, grafana's" })
	void operatorsAndMonitorsSeeHealthInDetail(String name, String password) throws Exception {
		assertThat(call(this.managementPort, "GET", "/actuator/health", basic(name, password)).body())
			.contains("components", "diskSpace", "details");
		assertThat(call(this.managementPort, "GET", "/actuator/health/ping", basic(name, password)).statusCode())
			.isEqualTo(200);
	}

	@Test
	void anOperatorReadsAndWrites() throws Exception {
		var operator = basic("ops", "ops's");

		assertThat(call(this.managementPort, "GET", "/actuator/lever", operator).body()).contains("up");
		assertThat(call(this.managementPort, "POST", "/actuator/lever", operator).body()).contains("down");
		assertThat(call(this.managementPort, "GET", "/actuator/none", operator).statusCode()).isEqualTo(404);
	}

	@Test
	void aMonitorReads() throws Exception {
		var monitor = basic("grafana", "grafana's");

		assertThat(call(this.managementPort, "GET", "/actuator/lever", monitor).body()).contains("up");
		assertThat(call(this.managementPort, "HEAD", "/actuator/lever", monitor).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST", "PUT", "PATCH", "DELETE", "OPTIONS" })
	void aMonitorDoesNothingElse(String method) throws Exception {
		var answer = call(this.managementPort, method, "/actuator/lever", basic("grafana", "grafana's"));

		assertProblem(answer, 403, "Forbidden", "Use an operator's account");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/v1;x=y/verifications", "/api//v1/verifications", "/api/v1/%252e/verifications",
			"/api/v1/a%0ab" })
	void aPathThatIsNotAcceptedIsABadRequest(String path) throws Exception {
		assertProblem(call(this.publicPort, "GET", path, null), 400, "Bad Request", "is not accepted here");
		assertProblem(call(this.managementPort, "GET", path, null), 400, "Bad Request", "is not accepted here");
	}

	@Test
	void aMethodThatIsNotAcceptedIsABadRequest() throws Exception {
		assertProblem(call(this.publicPort, "FETCH", VERIFICATIONS, null), 400, "Bad Request", "is not accepted here");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/%00", "/api/a%2Fb", "/api/a%5Cb" })
	void whatTheContainerRejectsNamesNoServer(String path) throws Exception {
		for (var port : new int[] { this.publicPort, this.managementPort }) {
			var answer = call(port, "GET", path, null);

			assertThat(answer.statusCode()).isEqualTo(400);
			assertThat(answer.body()).doesNotContainIgnoringCase("tomcat");
			assertThat(answer.headers().firstValue("Server")).isEmpty();
		}
	}

	@Test
	void thereIsNoDefaultUser(@Autowired ApplicationContext application) {
		assertThat(application.getBeanProvider(UserDetailsService.class)).isEmpty();
	}

	private static void assertUnknown(HttpResponse<String> answer, String detail) {
		assertProblem(answer, 401, "Unauthorized", detail);
		assertThat(answer.headers().allValues("WWW-Authenticate")).containsExactly("Basic realm=\"backstop\"");
	}

	private static void assertProblem(HttpResponse<String> answer, int status, String title, String detail) {
		assertThat(answer.statusCode()).isEqualTo(status);
		assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
		assertThat(answer.body()).contains("\"status\":" + status, "\"title\":\"" + title + "\"", detail);
	}

	private static HttpResponse<String> call(int port, String method, String path, String authorization)
			throws IOException, InterruptedException {
		var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
			.method(method, BodyPublishers.ofString("{}"))
			.header("Content-Type", "application/json");
		if (authorization != null) {
			request.header("Authorization", authorization);
		}
		var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
		assertThat(answer.headers().map()).doesNotContainKeys("set-cookie", "server", "location");
		return answer;
	}

	private static String basic(String name, String password) {
		return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

}
