public class Main extends Missing {}
