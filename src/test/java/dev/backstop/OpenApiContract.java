package dev.backstop;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.AntPathMatcher;

/**
 * The description of the API in {@code docs/openapi.json}, against which every answer is
 * checked: its status, headers, content type and body. A field that is not described
 * fails, too, though clients have to bear new ones.
 */
public final class OpenApiContract implements ClientHttpRequestInterceptor {

	private static final Path FILE = Path.of("docs", "openapi.json");

	/**
	 * Headers of any answer, which say nothing about the API. Spring itself adds
	 * Content-Disposition where a path looks like that of a file.
	 */
	private static final Set<String> COMMON = Set.of("cache-control", "connection", "content-disposition",
			"content-length", "content-type", "date", "expires", "keep-alive", "pragma", "transfer-encoding", "vary",
			"x-content-type-options", "x-frame-options", "x-xss-protection");

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private static final OpenApiContract CONTRACT = new OpenApiContract(JSON.readTree(FILE));

	private final JsonNode api;

	private final ObjectNode closedComponents;

	private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
			(builder) -> builder
				.schemaRegistryConfig(SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

	private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

	private OpenApiContract(JsonNode api) {
		this.api = api;
		this.closedComponents = (ObjectNode) api.get("components").deepCopy();
		this.closedComponents.get("schemas").forEach(OpenApiContract::close);
	}

	/** The description in the repository. */
	public static OpenApiContract ofTheRepository() {
		return CONTRACT;
	}

	private static void close(JsonNode schema) {
		if (schema.has("properties") && !schema.has("additionalProperties")) {
			((ObjectNode) schema).put("additionalProperties", false);
		}
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		try (var response = execution.execute(request, body)) {
			var answer = new Answer(response.getStatusCode(), response.getStatusText(), response.getHeaders(),
					response.getBody().readAllBytes());
			check(request.getMethod().name(), request.getURI().getRawPath(), answer);
			return answer;
		}
	}

	/** Fails where an answer is not as it is described. */
	void check(String method, String path, Answer answer) {
		var label = "%s %s answered %s with %s".formatted(method, path, answer.status().value(), answer.text());
		var operation = operation(method, path);
		if (operation == null) {
			// what no operation is for is a problem
			if (path.startsWith("/api/") || path.startsWith("/webhooks/")) {
				validate(label, schemaOf("Problem"), answer);
			}
			return;
		}
		var described = operation.get("responses").get(Integer.toString(answer.status().value()));
		require(described != null, label, "The status is not described");
		checkHeaders(label, described, answer.headers());
		var content = described.path("content");
		if (answer.body().length == 0) {
			return;
		}
		var type = answer.headers().getContentType();
		require(type != null, label, "The content has no type");
		for (var entry : content.properties()) {
			if (MediaType.parseMediaType(entry.getKey()).includes(type)) {
				if (entry.getKey().endsWith("json")) {
					validate(label, entry.getValue().get("schema"), answer);
				}
				if (type.equals(MediaType.APPLICATION_PROBLEM_JSON)) {
					requireNamed(label, entry.getValue().get("examples"), answer);
				}
				return;
			}
		}
		require(false, label, "The content type is not described");
	}

	/** The operation, null if none is described. */
	private JsonNode operation(String method, String path) {
		var matcher = new AntPathMatcher();
		// those without variables first
		return this.api.get("paths")
			.properties()
			.stream()
			.filter((entry) -> matcher.match(entry.getKey(), path))
			.map((entry) -> operation(method, entry.getValue()))
			.filter((operation) -> operation != null)
			.findFirst()
			.orElse(null);
	}

	private static JsonNode operation(String method, JsonNode path) {
		// a GET is answered without its body
		var described = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
		return path.get(described);
	}

	private static void checkHeaders(String label, JsonNode described, HttpHeaders headers) {
		var unknown = new ArrayList<String>();
		headers.headerNames().forEach((name) -> {
			if (!COMMON.contains(name.toLowerCase(Locale.ROOT)) && !has(described.path("headers"), name)) {
				unknown.add(name);
			}
		});
		require(unknown.isEmpty(), label, "These headers are not described: " + unknown);
		described.path("headers")
			.properties()
			.forEach((entry) -> require(
					!entry.getValue().path("required").asBoolean(false) || headers.containsHeader(entry.getKey()),
					label, "The header " + entry.getKey() + " is missing"));
	}

	private static boolean has(JsonNode headers, String name) {
		return headers.propertyNames().stream().anyMatch(name::equalsIgnoreCase);
	}

	private static void requireNamed(String label, JsonNode examples, Answer answer) {
		var type = JSON.readTree(answer.body()).get("type");
		require(examples.values().stream().anyMatch((each) -> each.at("/value/type").equals(type)), label,
				"The type is not described for this status");
	}

	private void validate(String label, JsonNode schema, Answer answer) {
		var errors = validate(schema, JSON.readTree(answer.body()));
		require(errors.isEmpty(), label, errors.toString());
	}

	/** What is wrong with a value, by a schema of the description. */
	public List<String> validate(JsonNode schema, JsonNode value) {
		return this.schemas.computeIfAbsent(schema, this::compile)
			.validate(value)
			.stream()
			.map((error) -> error.getInstanceLocation() + ": " + error.getMessage())
			.toList();
	}

	private Schema compile(JsonNode schema) {
		var whole = (ObjectNode) schema.deepCopy();
		whole.set("components", this.closedComponents);
		return this.registry.getSchema(whole);
	}

	private static JsonNode schemaOf(String name) {
		return JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
	}

	private static void require(boolean condition, String label, String otherwise) {
		if (!condition) {
			throw new AssertionError(otherwise + ". " + label + ", which docs/openapi.json does not allow");
		}
	}

	/** An answer whose body can be read again. */
	record Answer(HttpStatusCode status, String reason, HttpHeaders headers,
			byte[] body) implements ClientHttpResponse {

		@Override
		public HttpStatusCode getStatusCode() {
			return this.status;
		}

		@Override
		public String getStatusText() {
			return this.reason;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public InputStream getBody() {
			return new ByteArrayInputStream(this.body);
		}

		@Override
		public void close() {
			// read already
		}

		/** The beginning of the body. */
		String text() {
			return new String(this.body, 0, Math.min(this.body.length, 1000), java.nio.charset.StandardCharsets.UTF_8);
		}

	}

}
