package dev.backstop.access;

/** What a caller's password is compared with; it is never shown. */
sealed interface Password permits PlainPassword, HashedPassword {

	boolean matches(String guess);

	/** A value without <code>{id}</code> is the password itself. */
	static Password of(String configured) {
		if (!configured.startsWith("{") || configured.indexOf('}') < 0) {
			return new PlainPassword(configured);
		}
		var end = configured.indexOf('}');
		var id = configured.substring(1, end);
		var rest = configured.substring(end + 1);
		return id.equals("noop") ? new PlainPassword(rest) : HashedPassword.of(id, rest);
	}

}
