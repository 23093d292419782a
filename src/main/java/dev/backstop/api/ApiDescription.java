package dev.backstop.api;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.OpenApiCustomizer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Describes the API at {@code /v3/api-docs}. */
@Configuration(proxyBeanMethods = false)
@OpenAPIDefinition(
		info = @Info(title = "Backstop", version = "v1",
				description = "Catches the identity verification results that iDenfy's webhooks miss."),
		security = @SecurityRequirement(name = "account"))
@SecurityScheme(name = "account", type = SecuritySchemeType.HTTP, scheme = "basic")
class ApiDescription {

	/** Adds what every operation may answer, and that whatever is wrong is a problem. */
	@Bean
	OpenApiCustomizer problems() {
		return (api) -> {
			api.getComponents().addSchemas("Problem", problem());
			api.getPaths().values().forEach((path) -> path.readOperations().forEach(ApiDescription::addProblems));
		};
	}

	private static Schema<?> problem() {
		return new ObjectSchema().description("RFC 9457")
			.addProperty("status", new IntegerSchema())
			.addProperty("title", new StringSchema())
			.addProperty("detail", new StringSchema())
			.addProperty("instance", new StringSchema())
			.addProperty("errors", new ObjectSchema().description("what is wrong, by field or parameter")
				.additionalProperties(new StringSchema()));
	}

	private static void addProblems(Operation operation) {
		var responses = operation.getResponses();
		responses.addApiResponse("401", new ApiResponse().description("Not a client's account"));
		responses.addApiResponse("503",
				new ApiResponse().description("The database is not available; see Retry-After"));
		responses.forEach((status, response) -> {
			if (status.compareTo("400") >= 0) {
				response.setContent(new Content().addMediaType("application/problem+json",
						new MediaType().schema(new Schema<>().$ref("Problem"))));
			}
		});
	}

}
