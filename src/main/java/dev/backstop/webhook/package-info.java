/**
 * iDenfy calls us: keeps the raw delivery and applies it to its verification.
 */
@ApplicationModule(allowedDependencies = { "verification", "idenfy" })
@NullMarked
package dev.backstop.webhook;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
