package dev.backstop.api;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Backstop below a path, and behind a proxy that has another for it. */
@ApiTest
@TestPropertySource(properties = { "server.servlet.context-path=/kyc", "server.forward-headers-strategy=framework" })
class ContextPathTests {

	private static final String AUTHORIZATION = "Basic "
			+ Base64.getEncoder().encodeToString("onboarding:onboarding-password".getBytes(StandardCharsets.UTF_8));

	@Autowired
	private Sessions sessions;

	@Autowired
	private JdbcClient jdbc;

	@LocalServerPort
	private int port;

	private final HttpClient http = HttpClient.newHttpClient();

	@BeforeEach
	void nothingIsKnown() {
		this.jdbc.sql("truncate verification, archive_content, archive_chunk cascade").update();
	}

	@Test
	void locationLeadsToTheVerification() throws Exception {
		var created = send(registration("new"));

		var location = created.headers().firstValue("Location").orElseThrow();
		assertThat(location).isEqualTo("/kyc/api/v1/verifications/new");
		assertThat(json(get(location)).path("scanRef").asString()).isEqualTo("new");
	}

	@Test
	void locationHasThePathThatTheProxyHas() throws Exception {
		var created = send(registration("proxied").header("X-Forwarded-Prefix", "/identity"));

		assertThat(created.headers().firstValue("Location")).hasValue("/identity/api/v1/verifications/proxied");
	}

	@Test
	void everyHrefLeadsToTheFile() throws Exception {
		archived();

		var current = json(get("/kyc/api/v1/verifications/settled")).at("/files/0/href").asString();
		var any = json(get("/kyc/api/v1/verifications/settled/files")).at("/items/0/href").asString();

		assertThat(current).isEqualTo("/kyc/api/v1/verifications/settled/files/FRONT");
		assertThat(get(current).body()).isEqualTo("bytes");
		assertThat(get(any).body()).isEqualTo("bytes");
	}

	@Test
	void nextCursorAndTheDescriptionLeadOn() throws Exception {
		send(registration("one"));
		send(registration("two"));

		var page = json(get("/kyc/api/v1/verifications?limit=1"));
		var next = json(get("/kyc/api/v1/verifications?limit=1&cursor=" + page.path("nextCursor").asString()));

		assertThat(next.at("/items/0/scanRef").asString()).isEqualTo("one");
		var server = json(get("/kyc/v3/api-docs")).at("/servers/0/url").asString();
		assertThat(URI.create("http://localhost:" + this.port + "/kyc/v3/api-docs").resolve(server).getPath())
			.isEqualTo("/kyc");
	}

	@Test
	void problemsNameThePathAsItWasCalled() throws Exception {
		var unknown = json(get("/kyc/api/v1/verifications/unknown"));
		var noPath = json(get("/kyc/api/v2"));
		archived();
		var noFile = json(get("/kyc/api/v1/verifications/settled/files/BACK"));

		assertThat(unknown.path("instance").asString()).isEqualTo("/kyc/api/v1/verifications/unknown");
		assertThat(unknown.path("detail").asString()).contains("to /kyc/api/v1/verifications");
		assertThat(noPath.path("instance").asString()).isEqualTo("/kyc/api/v2");
		assertThat(noFile.path("detail").asString()).contains("/kyc/api/v1/verifications/settled");
	}

	@Test
	void webhookNeedsASignatureAndTheApiAnAccount() throws Exception {
		var unsigned = this.http.send(HttpRequest.newBuilder(uri("/kyc/webhooks/idenfy"))
			.POST(HttpRequest.BodyPublishers.ofString("{}"))
			.build(), HttpResponse.BodyHandlers.ofString());
		var nobody = this.http.send(HttpRequest.newBuilder(uri("/kyc/api/v1/verifications")).build(),
				HttpResponse.BodyHandlers.ofString());

		assertThat(unsigned.statusCode()).isEqualTo(401);
		assertThat(json(unsigned).path("detail").asString()).contains("Idenfy-Signature is missing");
		assertThat(nobody.statusCode()).isEqualTo(401);
		assertThat(nobody.headers().firstValue("WWW-Authenticate")).isPresent();
	}

	private void archived() {
		this.sessions.registered("settled");
		this.sessions.retrieved("settled");
		var content = UUID.randomUUID();
		this.jdbc.sql("insert into archive_content values (?, 'POSTGRES', now(), sha256('bytes'))")
			.param(content)
			.update();
		this.jdbc.sql("insert into archive_chunk values (?, 0, 'bytes')").param(content).update();
		this.jdbc
			.sql("""
					insert into archive_file (id, scan_ref, version, kind, name, source, state, linked_at, link_expires_at, tries,
						content, sha256, size, content_type, ended_at)
					values (gen_random_uuid(), 'settled', 1, 'IMAGE', 'FRONT', 'RETRIEVAL', 'ARCHIVED', now(), now(), 1,
						?, sha256('bytes'), 5, 'image/png', now())""")
			.param(content)
			.update();
	}

	private HttpRequest.Builder registration(String scanRef) {
		return HttpRequest.newBuilder(uri("/kyc/api/v1/verifications"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"scanRef\": \"%s\", \"clientId\": \"c\"}".formatted(scanRef)));
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send(HttpRequest.newBuilder(uri(path)));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.header("Authorization", AUTHORIZATION).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private URI uri(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

	private static JsonNode json(HttpResponse<String> response) {
		return JsonMapper.shared().readTree(response.body());
	}

}
