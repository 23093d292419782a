package dev.backstop.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The management port, as one account sees it. */
class Actuator {

	private final HttpClient client = HttpClient.newHttpClient();

	private final int port;

	private final String authorization;

	private Actuator(int port, String account, String password) {
		this.port = port;
		this.authorization = "Basic "
				+ Base64.getEncoder().encodeToString((account + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	static Actuator asOperator(int port) {
		return new Actuator(port, "oncall", "oncall-password");
	}

	static Actuator asMonitor(int port) {
		return new Actuator(port, "prometheus", "prometheus-password");
	}

	Answer get(String path) {
		return send(request(path).GET());
	}

	Answer getAnonymously(String path) {
		return send(HttpRequest.newBuilder(uri(path)));
	}

	Answer post(String path, String json) {
		return post(path, "application/json", json);
	}

	Answer post(String path, String contentType, String body) {
		return send(request(path).header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	Answer delete(String path) {
		return send(request(path).DELETE());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(uri(path)).header("Authorization", this.authorization);
	}

	private URI uri(String path) {
		return URI.create("http://localhost:" + this.port + "/actuator" + path);
	}

	private Answer send(HttpRequest.Builder request) {
		try {
			return new Answer(this.client.send(request.build(), BodyHandlers.ofString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What came back. */
	record Answer(HttpResponse<String> response) {

		int status() {
			return this.response.statusCode();
		}

		String contentType() {
			return this.response.headers().firstValue("Content-Type").orElse("");
		}

		String text() {
			return this.response.body();
		}

		JsonNode json() {
			return JsonMapper.shared().readTree(text());
		}

		/** What a problem says, which it must be. */
		String problem(int status) {
			if (status() != status || !contentType().equals("application/problem+json")
					|| json().path("status").asInt() != status) {
				throw new AssertionError(
						"Not a problem with status " + status + ": " + status() + " " + contentType() + " " + text());
			}
			return json().path("detail").asString();
		}

	}

}
