package dev.backstop.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backstop.AnswersWithProblems;
import dev.backstop.ProblemType;
import dev.backstop.verification.Findings;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.TimelineDetail;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;

/** Describes the API at {@code /v3/api-docs}. */
@Configuration(proxyBeanMethods = false)
@OpenAPIDefinition(info = @Info(title = "Backstop", version = "v1",
		description = "Catches the identity verification results that iDenfy's webhooks miss. Times are ISO 8601 in "
				+ "UTC, durations whole seconds, and whatever goes wrong is an RFC 9457 problem. Fields, parameters "
				+ "and problem types may be added."),
		security = @SecurityRequirement(name = "account"))
@SecurityScheme(name = "account", type = SecuritySchemeType.HTTP, scheme = "basic",
		description = "A client's account, see backstop.clients")
class ApiDescription {

	/** The headers of problems. */
	private static final Map<String, Schema<?>> HEADERS = Map.of(HttpHeaders.WWW_AUTHENTICATE,
			schema("string", "Basic, with the realm", "Basic realm=\"backstop\""), HttpHeaders.RETRY_AFTER,
			schema("integer", "Seconds until the request may be repeated", 5), HttpHeaders.ACCEPT,
			schema("string", "The types that are understood", "application/json"), HttpHeaders.CONTENT_RANGE,
			schema("string", "The size of the file", "bytes */48213"), HttpHeaders.ETAG,
			schema("string", "The SHA-256 of all bytes of the file, in hexadecimal digits", "\"9f86d081\""),
			HttpHeaders.ACCEPT_RANGES, schema("string", "The unit of ranges", "bytes"));

	@Bean
	NullnessConverter nullness() {
		return new NullnessConverter();
	}

	/** Adds the problems that an operation can answer with. */
	@Bean
	OperationCustomizer problems() {
		return (operation, method) -> {
			problems(operation, method).stream()
				.collect(Collectors.groupingBy(ProblemType::status, TreeMap::new, Collectors.toList()))
				.forEach((status, types) -> operation.getResponses()
					.addApiResponse(Integer.toString(status.value()), response(types)));
			return operation;
		};
	}

	private static EnumSet<ProblemType> problems(Operation operation, HandlerMethod method) {
		var problems = EnumSet.of(ProblemType.MALFORMED_REQUEST, ProblemType.INTERNAL_ERROR,
				ProblemType.DATABASE_UNAVAILABLE, ProblemType.OVERLOADED);
		var own = method.getMethodAnnotation(AnswersWithProblems.class);
		if (own != null) {
			problems.addAll(Arrays.asList(own.value()));
		}
		if (!method.hasMethodAnnotation(SecurityRequirements.class)) {
			problems.add(ProblemType.UNAUTHORIZED);
			problems.add(ProblemType.NOT_ACCEPTABLE);
			if (operation.getRequestBody() != null) {
				problems.addAll(EnumSet.of(ProblemType.MALFORMED_JSON, ProblemType.BODY_TOO_LARGE,
						ProblemType.UNSUPPORTED_MEDIA_TYPE));
			}
		}
		if (Arrays.stream(method.getMethodParameters()).anyMatch((each) -> each.getParameterType() == ScanRef.class)) {
			problems.add(ProblemType.MALFORMED_SCAN_REF);
		}
		return problems;
	}

	private static ApiResponse response(List<ProblemType> types) {
		var content = new MediaType().schema(new Schema<>().$ref("Problem"));
		var response = new ApiResponse()
			.description(types.stream().map(ProblemType::meaning).collect(Collectors.joining(". Or: ")))
			.content(new Content().addMediaType("application/problem+json", content));
		types.forEach((type) -> {
			content.addExamples(type.name(), new Example().summary(type.meaning()).value(example(type)));
			type.headers().forEach((name) -> response.addHeaderObject(name, header(name, types)));
		});
		return response;
	}

	private static Map<String, Object> example(ProblemType type) {
		var example = new TreeMap<String, Object>(Map.of("type", type.uri().toString(), "title",
				type.status().getReasonPhrase(), "status", type.status().value(), "detail", type.meaning()));
		if (type == ProblemType.INVALID_VALUES) {
			example.put("errors", Map.of("clientId", "is required"));
		}
		return example;
	}

	/** Adds the schemas that no class stands for, and what is the same wherever it is. */
	@Bean
	OpenApiCustomizer schemas() {
		return (api) -> {
			var schemas = api.getComponents().getSchemas();
			schemas.put("Problem", problem());
			schemas.put("TimelineDetails", timelineDetails());
			Objects.requireNonNull(schemas.get("TimelineEntry"))
				.addProperty("details", new JsonSchema().$ref("TimelineDetails"));
			schemas.put("VerificationSummary", summary(Objects.requireNonNull(schemas.get("Verification"))));
			property(Objects.requireNonNull(schemas.get("VerificationPage")), "items").getItems()
				.set$ref("#/components/schemas/VerificationSummary");
			describeOverall(api);
		};
	}

	private static Schema<?> problem() {
		var types = Arrays.stream(ProblemType.values()).map((type) -> type.uri().toString()).toArray();
		var type = schema("string", "Which problem it is; more may be added", types);
		type.setFormat("uri");
		type.addExtension("x-extensible-enum", types);
		var status = schema("integer", "The status", 400);
		status.setFormat("int32");
		var instance = schema("string", "The path that was asked for", "/api/v1/verifications");
		instance.setFormat("uri-reference");
		var errors = schema("object", "What is wrong, by field or parameter", Map.of("clientId", "is required"));
		errors.setAdditionalProperties(schema("string", "What is wrong with it"));
		var problem = schema("object", "What is wrong, by RFC 9457");
		problem.addProperty("type", type);
		problem.addProperty("title", schema("string", "The status in words", "Bad Request"));
		problem.addProperty("status", status);
		problem.addProperty("detail",
				schema("string", "What is wrong here, and what to do next", "clientId is required"));
		problem.addProperty("instance", instance);
		problem.addProperty("errors", errors);
		problem.setRequired(List.of("type", "title", "status"));
		return problem;
	}

	private static Schema<?> timelineDetails() {
		var details = schema("object", "What else there is to say; what does not apply is absent");
		for (var detail : TimelineDetail.values()) {
			var schema = ModelConverters.getInstance(true)
				.resolveAsResolvedSchema(new AnnotatedType(detail.type())).schema;
			schema.setDescription(detail.description());
			schema.setExamples(List.of(detail.example()));
			details.addProperty(detail.key(), schema);
		}
		return details;
	}

	/** Returns the schema of a verification in a list. */
	private static Schema<?> summary(Schema<?> verification) {
		var summary = schema("object", "A verification without data, files and webhook");
		verification.getProperties().forEach(summary::addProperty);
		summary.setRequired(new ArrayList<>(verification.getRequired()));
		for (var bulky : List.of("data", "files", "webhook")) {
			summary.getProperties().remove(bulky);
			summary.getRequired().remove(bulky);
		}
		return summary;
	}

	/** Names the words that iDenfy documents wherever there is an overall word. */
	private static void describeOverall(OpenAPI api) {
		var ofSchemas = api.getComponents()
			.getSchemas()
			.values()
			.stream()
			.filter((schema) -> schema.getProperties() != null && schema.getProperties().containsKey("overall"))
			.<Schema<?>>map((schema) -> property(schema, "overall"));
		var ofParameters = api.getPaths()
			.values()
			.stream()
			.flatMap((path) -> path.readOperations().stream())
			.flatMap((operation) -> Stream.ofNullable(operation.getParameters()))
			.flatMap(List::stream)
			.filter((parameter) -> parameter.getName().equals("overall"))
			.<Schema<?>>map(Parameter::getSchema);
		Stream.concat(ofSchemas, ofParameters).forEach((overall) -> {
			setExamples(overall, Findings.OVERALL_WORDS);
			overall.addExtension("x-extensible-enum", Findings.OVERALL_WORDS);
		});
	}

	@SuppressWarnings("unchecked")
	private static void setExamples(Schema<?> schema, List<?> examples) {
		((Schema<Object>) schema).setExamples(new ArrayList<>(examples));
	}

	private static Schema<?> property(Schema<?> schema, String name) {
		return (Schema<?>) Objects.requireNonNull(schema.getProperties().get(name));
	}

	private static Schema<Object> schema(String type, String description, Object... examples) {
		var schema = new JsonSchema();
		schema.addType(type);
		schema.setDescription(description);
		schema.setExamples((examples.length > 0) ? List.of(examples) : null);
		return schema;
	}

	/**
	 * Describes a header, which is always there if all problems of a response have it.
	 */
	private static Header header(String name, List<ProblemType> types) {
		var schema = Objects.requireNonNull(HEADERS.get(name));
		return new Header().description(schema.getDescription())
			.required(types.stream().allMatch((type) -> type.headers().contains(name)))
			.schema(schema);
	}

}
