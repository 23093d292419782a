package dev.backstop.idenfy;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Stands in for a secret that cannot be bound, so that the settings refuse it without
 * showing it, as Spring Boot's own report on a failed start would.
 */
class SecretsKeptOutOfReports extends AbstractBindHandler {

	SecretsKeptOutOfReports(BindHandler handler) {
		super(handler);
	}

	@Override
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) throws Exception {
		if (target.getType().resolve() == Secret.class) {
			return Secret.UNREADABLE;
		}
		if (target.getType().resolveGeneric() == Secret.class) {
			return List.of(Secret.UNREADABLE);
		}
		return super.onFailure(name, target, context, error);
	}

}
