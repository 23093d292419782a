package dev.backstop.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import dev.backstop.OpenApiContract;
import dev.backstop.ProblemType;
import dev.backstop.verification.TimelineDetail;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.annotation.Autowired;

import static dev.backstop.api.ApiClient.body;
import static org.assertj.core.api.Assertions.assertThat;

@ApiTest
class ApiDescriptionTests {

	private static final Path FILE = Path.of("docs", "openapi.json");

	@Autowired
	private ApiClient api;

	@Test
	void theApiDescribesItself() {
		var response = this.api.get("/v3/api-docs");

		assertThat(response).hasStatusOk();
		assertThat(response).bodyJson().extractingPath("info.title").isEqualTo("Backstop");
		assertThat(response).bodyJson()
			.extractingPath("paths")
			.asMap()
			.containsOnlyKeys("/api/v1/verifications", "/api/v1/verifications/{scanRef}",
					"/api/v1/verifications/{scanRef}/timeline", "/api/v1/verifications/{scanRef}/check",
					"/api/v1/verifications/{scanRef}/expect", "/api/v1/verifications/{scanRef}/files",
					"/api/v1/verifications/{scanRef}/files/{file}", "/webhooks/idenfy");
		assertThat(response).bodyJson().extractingPath("components.securitySchemes.account.scheme").isEqualTo("basic");
		assertThat(response).bodyJson()
			.extractingPath("paths['/api/v1/verifications'].post.responses")
			.asMap()
			.containsOnlyKeys("200", "201", "400", "401", "406", "409", "413", "415", "500", "503");
		assertThat(response).bodyJson()
			.extractingPath("paths['/api/v1/verifications'].get.parameters[*].name")
			.asArray()
			.containsExactly("overall", "progress", "clientId", "externalRef", "updatedSince", "limit", "cursor");
		assertThat(response).bodyJson()
			.extractingPath("components.schemas.TokenResponse.properties.expiryTime.type")
			.asArray()
			.containsExactly("integer", "null");
	}

	@Test
	void theDescriptionInTheRepositoryIsTheOneThatIsServed() throws IOException {
		var served = (ObjectNode) JsonMapper.shared().readTree(body(this.api.get("/v3/api-docs")));
		served.remove("servers");

		if (System.getProperty("backstop.openapi.write") != null) {
			Files.writeString(FILE,
					JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(served) + "\n");
		}

		assertThat(JsonMapper.shared().readTree(FILE))
			.as("docs/openapi.json; write it anew with ./mvnw test -Dtest=ApiDescriptionTests -Dbackstop.openapi.write")
			.isEqualTo(served);
	}

	@Test
	void everyFieldAndParameterIsDescribedWithAnExampleThatFits() {
		var description = JsonMapper.shared().readTree(FILE);
		var contract = OpenApiContract.ofTheRepository();
		var missing = new ArrayList<String>();
		description.at("/components/schemas")
			.properties()
			.forEach((schema) -> schema.getValue().path("properties").properties().forEach((field) -> {
				var name = schema.getKey() + "." + field.getKey();
				var property = field.getValue();
				// a reference to an object has the examples of its fields
				boolean refers = property.has("$ref") || property.has("anyOf") || property.at("/items").has("$ref");
				if (!refers && (!property.has("description") || property.path("examples").isEmpty())) {
					missing.add(name);
				}
				property.path("examples")
					.forEach((example) -> assertThat(contract.validate(property, example)).as(name).isEmpty());
			}));
		description.get("paths")
			.forEach((path) -> path.forEach((operation) -> operation.path("parameters").forEach((parameter) -> {
				if (parameter.path("description").isMissingNode() && parameter.at("/schema/description").isMissingNode()
						|| parameter.path("example").isMissingNode()
								&& parameter.at("/schema/examples").isMissingNode()) {
					missing.add(operation.get("operationId").asString() + " " + parameter.get("name").asString());
				}
			})));

		assertThat(missing).isEmpty();
	}

	@Test
	void thePageOfTheApiListsEveryProblemAndEveryDetail() throws IOException {
		var page = Files.readAllLines(Path.of("docs", "api.md"));

		assertThat(page).containsAll(Arrays.stream(ProblemType.values())
			.map((type) -> "| `%s` | %d | %s |".formatted(type.uri().toString().replace("urn:backstop:problem:", ""),
					type.status().value(), type.meaning()))
			.toList());
		assertThat(page).containsAll(Arrays.stream(TimelineDetail.values())
			.map((detail) -> "| `%s` | %s |".formatted(detail.key(), detail.description()))
			.toList());
	}

	@Test
	void everyReferenceInTheDescriptionLeadsSomewhere() {
		var description = JsonPath.parse(body(this.api.get("/v3/api-docs")));
		Map<String, Object> schemas = description.read("$.components.schemas");

		List<String> references = description.read("$..['$ref']");

		assertThat(references).isNotEmpty()
			.allSatisfy((reference) -> assertThat(schemas).containsKey(reference.replace("#/components/schemas/", "")));
	}

}
