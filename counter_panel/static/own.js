/* The page of one's own figures: it is read, and locks itself like the panel. */
import * as lock from "./lock.js";

lock.start();
setInterval(lock.second, 1000);
