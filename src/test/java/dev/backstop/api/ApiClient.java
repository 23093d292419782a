package dev.backstop.api;

import java.nio.charset.StandardCharsets;

import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

/** Calls the API with a client's account. */
class ApiClient {

	private final RestTestClient http;

	ApiClient(RestTestClient http) {
		this.http = http;
	}

	RestTestClientResponse get(String uri, Object... variables) {
		return RestTestClientResponse.from(this.http.get().uri(uri, variables).exchange());
	}

	RestTestClientResponse post(String uri) {
		return RestTestClientResponse.from(this.http.post().uri(uri).exchange());
	}

	RestTestClientResponse post(String uri, String json) {
		return RestTestClientResponse
			.from(this.http.post().uri(uri).contentType(MediaType.APPLICATION_JSON).body(json).exchange());
	}

	RestTestClientResponse register(String json) {
		return post("/api/v1/verifications", json);
	}

	static String body(RestTestClientResponse response) {
		return new String(response.getExchangeResult().getResponseBodyContent(), StandardCharsets.UTF_8);
	}

	RestTestClient http() {
		return this.http;
	}

}
