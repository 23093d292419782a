package dev.backstop.api;

import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static dev.backstop.api.ApiClient.body;
import static org.assertj.core.api.Assertions.assertThat;

@ApiTest
class ApiDescriptionTests {

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
					"/api/v1/verifications/{scanRef}/files/{file}");
		assertThat(response).bodyJson().extractingPath("components.securitySchemes.account.scheme").isEqualTo("basic");
		assertThat(response).bodyJson()
			.extractingPath("paths['/api/v1/verifications'].post.responses")
			.asMap()
			.containsOnlyKeys("200", "201", "400", "401", "409", "413", "503");
		assertThat(response).bodyJson()
			.extractingPath("paths['/api/v1/verifications'].get.parameters[*].name")
			.asArray()
			.containsExactly("overall", "progress", "clientId", "externalRef", "updatedSince", "limit", "cursor");
		assertThat(response).bodyJson()
			.extractingPath("components.schemas.TokenResponse.properties.expiryTime.type")
			.isEqualTo("integer");
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
