package dev.backstop.api;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Describes which properties of a record are always there, and which can be null, as the
 * types of its components say. What is read of a request says itself what is required.
 */
class NullnessConverter implements ModelConverter {

	@Override
	public @Nullable Schema<?> resolve(AnnotatedType type, ModelConverterContext context,
			Iterator<ModelConverter> others) {
		if (!others.hasNext()) {
			return null;
		}
		var resolved = others.next().resolve(type, context, others);
		var record = Json31.mapper().constructType(type.getType()).getRawClass();
		var name = nameOf(resolved);
		var model = (name != null) ? context.getDefinedModels().get(name) : null;
		if (record.isRecord() && model != null && model.getProperties() != null) {
			describe(record, model);
		}
		return resolved;
	}

	private static @Nullable String nameOf(@Nullable Schema<?> resolved) {
		if (resolved == null) {
			return null;
		}
		var reference = resolved.get$ref();
		return (reference != null) ? reference.substring(reference.lastIndexOf('/') + 1) : resolved.getName();
	}

	private static void describe(Class<?> record, Schema<?> model) {
		@SuppressWarnings("rawtypes")
		Map<String, Schema> properties = model.getProperties();
		var include = record.getAnnotation(JsonInclude.class);
		boolean nullIsAbsent = include != null && include.value() == JsonInclude.Include.NON_NULL;
		var required = new ArrayList<String>();
		for (var component : record.getRecordComponents()) {
			var name = nameOf(component);
			var property = properties.get(name);
			if (property == null) {
				continue;
			}
			boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
			var mode = requiredMode(component);
			if (mode == RequiredMode.REQUIRED || (mode == RequiredMode.AUTO && !(nullable && nullIsAbsent))) {
				required.add(name);
			}
			if (nullable && !nullIsAbsent && mode != RequiredMode.REQUIRED) {
				properties.put(name, orNull(property));
			}
		}
		model.setRequired(required);
	}

	private static String nameOf(RecordComponent component) {
		var named = component.getAccessor().getAnnotation(JsonProperty.class);
		return (named != null) ? named.value() : component.getName();
	}

	private static RequiredMode requiredMode(RecordComponent component) {
		var described = component.getAccessor().getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
		return (described != null) ? described.requiredMode() : RequiredMode.AUTO;
	}

	/** Lets a value be null; a record may be described more than once. */
	private static Schema<?> orNull(Schema<?> value) {
		if (value.get$ref() == null) {
			if (value.getTypes() != null) {
				value.addType("null");
			}
			return value;
		}
		var reference = new JsonSchema();
		reference.set$ref(value.get$ref());
		var none = new JsonSchema();
		none.addType("null");
		var either = new JsonSchema();
		either.setDescription(value.getDescription());
		either.setExamples(value.getExamples() != null ? new ArrayList<>(value.getExamples()) : null);
		either.setAnyOf(List.of(reference, none));
		return either;
	}

}
