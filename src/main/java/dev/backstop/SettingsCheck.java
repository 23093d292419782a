package dev.backstop;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.origin.Origin;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * Check of all settings before any other bean is made, so that a refused start names
 * every problem and has touched nothing.
 */
@Component
public class SettingsCheck implements BeanFactoryPostProcessor {

	/** Spring Boot's bean for a database that is known by settings alone. */
	private static final String DATABASE_OF_SETTINGS = "jdbcConnectionDetails";

	private static final String POSTGRESQL = "jdbc:postgresql:";

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		var problems = new SettingProblems();
		if (beans.containsBeanDefinition(DATABASE_OF_SETTINGS)) {
			checkDatabase(problems, beans.getBean(Environment.class));
		}
		for (var name : beans.getBeanNamesForType(Settings.class, false, false)) {
			try {
				beans.getBean(name);
			}
			catch (BeansException ex) {
				problems.addAll(problems(ex));
			}
		}
		problems.refuseStart();
	}

	private static void checkDatabase(SettingProblems problems, Environment environment) {
		var url = environment.getProperty("spring.datasource.url", "");
		if (url.isBlank()) {
			problems.add("spring.datasource.url is missing or blank.",
					"Set it to the database, like jdbc:postgresql://localhost:5432/backstop, and "
							+ "spring.datasource.username and spring.datasource.password to the role that owns it.");
		}
		else if (!url.startsWith(POSTGRESQL)) {
			problems.add("spring.datasource.url is no JDBC URL of a PostgreSQL database.",
					"Set it to one like jdbc:postgresql://localhost:5432/backstop, and name the role by "
							+ "spring.datasource.username and spring.datasource.password.");
		}
	}

	private static List<StartRefused.Problem> problems(BeansException failure) {
		return find(failure, StartRefused.class).map(StartRefused::problems)
			.or(() -> find(failure, BindValidationException.class).map(SettingsCheck::violations))
			.or(() -> find(failure, BindException.class).filter((unread) -> unread.getProperty() != null)
				.map((unread) -> List.of(unread(unread))))
			.orElseThrow(() -> failure);
	}

	private static <T> Optional<T> find(Throwable failure, Class<T> type) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.filter(type::isInstance)
			.map(type::cast)
			.findFirst();
	}

	// constraints have messages of their own, since Spring's are not there yet
	private static List<StartRefused.Problem> violations(BindValidationException failure) {
		var errors = failure.getValidationErrors();
		return errors.getAllErrors().stream().map((error) -> violation(errors.getName().toString(), error)).toList();
	}

	private static StartRefused.Problem violation(String prefix, ObjectError error) {
		var name = (error instanceof FieldError field)
				? prefix + "." + DataObjectPropertyName.toDashedForm(field.getField()) : prefix;
		return new StartRefused.Problem(name + " " + error.getDefaultMessage() + ".",
				mending("Correct it", Origin.from(error)));
	}

	// never shows the value, which may be a secret at the wrong place
	private static StartRefused.Problem unread(BindException failure) {
		var property = failure.getProperty();
		var expected = expected(failure.getTarget().getType());
		return new StartRefused.Problem(failure.getName() + " cannot be read.",
				mending("Set it to " + expected, (property != null) ? property.getOrigin() : null));
	}

	private static String expected(ResolvableType type) {
		var single = type.hasGenerics() ? type.getGeneric() : type;
		var wanted = ClassUtils.resolvePrimitiveIfNecessary(single.resolve(Object.class));
		if (wanted.isEnum()) {
			return "one of " + Arrays.toString(wanted.getEnumConstants());
		}
		if (wanted == Duration.class) {
			return "a duration like 30s, 10m or 2h";
		}
		if (wanted == DataSize.class) {
			return "a size like 10MB";
		}
		return (wanted == Integer.class) ? "a whole number" : "a " + wanted.getSimpleName();
	}

	private static String mending(String mending, @Nullable Origin origin) {
		return mending + ((origin != null) ? "; now it comes from " + origin + "." : ".");
	}

}
