package dev.backstop;

/** Settings that are checked together with all others before anything else is made. */
public interface Settings {

}
