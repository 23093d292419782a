package dev.backstop.verification;

import java.io.Serializable;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.persistence.Embeddable;

/**
 * iDenfy's name for one verification: 1 to 40 letters, digits, {@code _} and {@code -},
 * compared exactly.
 *
 * @param value the name as iDenfy gave it
 */
@Embeddable
@Schema(type = "string", pattern = "^[A-Za-z0-9_-]{1,40}$", maxLength = 40,
		description = "iDenfy's name of the session", examples = "328c6766-934e-11ed-bb9b-025ad99a18e7")
public record ScanRef(@JsonValue String value) implements Serializable {

	private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,40}");

	@JsonCreator
	public ScanRef {
		if (!isScanRef(value)) {
			throw new IllegalArgumentException(
					"A scanRef is 1 to 40 characters of A-Z a-z 0-9 _ - as iDenfy's token response names it");
		}
	}

	/** Whether a text has the shape of a scanRef. */
	public static boolean isScanRef(String text) {
		return SHAPE.matcher(text).matches();
	}

	@Override
	public String toString() {
		return this.value;
	}

}
