package dev.backstop.idenfy;

import java.util.List;
import java.util.Map;

import dev.backstop.verification.FileLink;
import org.jspecify.annotations.Nullable;

/**
 * iDenfy's answer to {@code /api/v2/data}.
 *
 * @param fields every field that iDenfy has, with the names of files in the place of
 * links
 * @param files what the links led to
 */
public record DocumentData(Map<String, @Nullable Object> fields, List<FileLink> files) {

	/** Without the person. */
	@Override
	public String toString() {
		return this.fields.size() + " fields, " + this.files.size() + " files";
	}

}
