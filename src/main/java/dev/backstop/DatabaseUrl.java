package dev.backstop;

import java.util.regex.Pattern;

/** The JDBC URL of the database. */
public final class DatabaseUrl {

	private static final Pattern NOT_SHOWN = Pattern.compile("(?<=//)[^/?]*@|[?;].*");

	private static final Pattern TIME_LIMITS = Pattern.compile("(?<=[?&])(?:socketTimeout|queryTimeout)=[^&]*&?");

	private DatabaseUrl() {
	}

	/** Returns a URL without its credentials and parameters. */
	public static String withoutCredentials(String url) {
		return NOT_SHOWN.matcher(url).replaceAll("");
	}

	/** Returns a URL without the time limits of calls over its connections. */
	static String withoutTimeLimits(String url) {
		return TIME_LIMITS.matcher(url).replaceAll("");
	}

}
